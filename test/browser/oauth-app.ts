import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oauth from 'oauth4webapi';
import { app as appCommand } from '../../src/cli/app.ts';
import type { GatewayServer } from './server.ts';

const insecure = { [oauth.allowInsecureRequests]: true } as const;

/** What an app sent a browser off with, to be looked at again when it comes back. */
export interface Request {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

/** An app of the test, with a server that browsers come back to. */
export interface TestApp {
  readonly name: string;
  readonly origin: string;
  readonly redirectUri: string;
  /** The address that it sends a browser to: of its own, or made whole from one that the gateway gave. */
  ask(parameters?: Readonly<Record<string, string>>, given?: string): Promise<Request>;
  /** Exchanges the code that a browser came back with. */
  exchange(callback: string, request: Request): Promise<oauth.TokenEndpointResponse>;
  /** A platform command about it. */
  command(name: string, ...args: readonly string[]): Promise<void>;
  close(): void;
}

export interface AppDescription {
  readonly name: string;
  readonly required: string;
  readonly optional: string;
}

/** What a platform command prints as JSON; it goes through the gateway that runs. */
async function platformCommand({ directory }: GatewayServer, args: readonly string[]) {
  let printed = '';
  await appCommand([...args, '--json'], {
    environment: { SCOPEGATE_DATA_DIR: directory },
    input: async () => null,
    out: (text) => {
      printed += text;
    },
    err: () => {},
  });
  return JSON.parse(printed);
}

const PAGE = '<!doctype html><html lang="en"><title>The app</title><h1>Back at the app</h1>';

/** An app that the platform has registered, reviewed and approved. */
export async function startApp(
  gateway: GatewayServer,
  { name, required, optional }: AppDescription,
): Promise<TestApp> {
  const server = createServer((request, response) => {
    const isPage = request.url?.startsWith('/callback');
    response.writeHead(isPage ? 200 : 204, { 'content-type': 'text/html' }).end(isPage ? PAGE : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${origin}/callback`;
  const registered = await platformCommand(gateway, [
    'create',
    `--name=${name}`,
    '--publisher=Parcel Press',
    '--visibility=public',
    `--redirect-uri=${redirectUri}`,
    '--privacy-policy=https://parcel.example/privacy',
    `--required=${required}`,
    `--optional=${optional}`,
  ]);
  await platformCommand(gateway, ['review', registered.id]);
  await platformCommand(gateway, ['approve', registered.id]);

  const issuer = new URL(gateway.origin);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const metadata = await oauth.processDiscoveryResponse(issuer, found);
  const client: oauth.Client = { client_id: registered.clientId };

  return {
    name,
    origin,
    redirectUri,
    async ask(parameters = {}, given) {
      const state = oauth.generateRandomState();
      const verifier = oauth.generateRandomCodeVerifier();
      const url = new URL(given ?? metadata.authorization_endpoint ?? '');
      const all = {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...parameters,
      };
      for (const [key, value] of Object.entries(all)) url.searchParams.set(key, value);
      return { url: url.href, state, verifier };
    },
    async exchange(callback, { state, verifier }) {
      const answer = oauth.validateAuthResponse(metadata, client, new URL(callback), state);
      const response = await oauth.authorizationCodeGrantRequest(
        metadata,
        client,
        oauth.ClientSecretPost(registered.clientSecret),
        answer,
        redirectUri,
        verifier,
        insecure,
      );
      return oauth.processAuthorizationCodeResponse(metadata, client, response);
    },
    command: async (command, ...args) => {
      await platformCommand(gateway, [command, registered.id, ...args]);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
