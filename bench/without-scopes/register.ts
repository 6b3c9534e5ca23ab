import { register } from 'node:module';

/**
 * Preloaded into the gateway to take enforcement out of it, for comparison alone: the built gateway has no setting that
 * does. What the other files of this folder are named after stands behind them, and they behind its name.
 */
register('./hooks.js', import.meta.url);
