/**
 * What the engine leaves to the executor of graphql-js: an operation that it does not know how to compile, or an answer
 * that is not as plain as it expects. Nothing has been sent then.
 */
export class Anomaly extends Error {
  override readonly name = 'Anomaly';
}
