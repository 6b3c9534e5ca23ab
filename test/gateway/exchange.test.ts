import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { inExchange } from '../../src/gateway/exchange.ts';
import { currentRequestId } from '../../src/telemetry/request-scope.ts';

const response = () => new ServerResponse(new IncomingMessage(new Socket()));

describe('an exchange', () => {
  it('tells its id to whatever happens in it, and to nothing else', async () => {
    const res = response();
    const seen = await inExchange(res, 'one', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return currentRequestId();
    });
    expect(seen).toBe('one');
    expect(currentRequestId()).toBeNull();
    expect(res.getHeaders()).toEqual({
      'x-request-id': 'one',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'authorization, accept',
    });
  });

  it('keeps its id while others begin and end', async () => {
    const ends: (() => void)[] = [];
    const slow = inExchange(response(), 'slow', async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return currentRequestId();
    });
    expect(await inExchange(response(), 'quick', () => currentRequestId())).toBe('quick');
    for (const end of ends) end();
    expect(await slow).toBe('slow');
  });

  it('is over when whoever asked is gone, though its answer never ends', async () => {
    const res = response();
    const exchange = inExchange(res, 'gone', () => new Promise(() => {}));
    res.emit('close');
    expect(await exchange).toBeUndefined();
  });

  it('fails as its answer does', async () => {
    const failing = inExchange(response(), 'failing', async () => {
      throw new TypeError('It broke.');
    });
    await expect(failing).rejects.toThrow('It broke.');
  });
});
