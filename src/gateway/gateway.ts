import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { executeCommand, ownerOf } from '../commands/command.ts';
import { ordersSince } from '../commands/orders-in-sight.ts';
import { createSecretVault } from '../commands/secret-vault.ts';
import { createLoaders } from '../data/loaders.ts';
import type { Session, Source } from '../data/source.ts';
import type { Writer } from '../data/writer.ts';
import { createExecutables } from '../engine/executables.ts';
import type { DocumentLimits } from '../limits/document-limits.ts';
import type { Context } from '../schema/context.ts';
import { type CursorCodec, createCursorCodec } from '../schema/cursor.ts';
import { schema } from '../schema/index.ts';
import { ROW_SCOPES } from '../scopes/catalogue.ts';
import type { ScopeMode } from '../scopes/decide.ts';
import type { RefusalErrors } from '../scopes/refusals.ts';
import { requirementIndex } from '../scopes/requirement-index.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import type { Principal } from '../token/principal.ts';
import type { TokenVerifier } from '../token/verifier.ts';
import { identify, useAuthentication } from './authenticate.ts';
import { useAuthorization } from './authorize.ts';
import { createErrorMask } from './client-errors.ts';
import { createSchemaDownload } from './download-schema.ts';
import { inExchange } from './exchange.ts';
import { useReferenceExecutor } from './execute.ts';
import { createFront, forgetBody } from './front.ts';
import { documentCache, type HotDocuments, useHotDocuments } from './hot-documents.ts';
import { createIntrospection, type IntrospectionSetting } from './introspect.ts';
import { useDocumentLimits } from './limit-documents.ts';
import { useTimeLimit } from './limit-time.ts';
import { RESOURCE_METADATA_PATH } from './protected-resource.ts';
import { useRequestSyntax } from './request-syntax.ts';
import { useValidation } from './schema-errors.ts';
import { principalOf, type ServerContext } from './server-context.ts';

export interface GatewayOptions {
  readonly source: Source;
  readonly writer: Writer;
  readonly verifier: TokenVerifier;
  readonly logger: Logger;
  readonly clock: () => Date;
  /** Signs cursors and encrypts the secrets of webhooks; at least 32 bytes, shared by all processes. */
  readonly secret: Uint8Array;
  /** The address that clients use, without a path. */
  readonly publicUrl: string;
  /** Where apps ask merchants for scopes; null without an authorization server of our own. */
  readonly authorizationEndpoint: string | null;
  readonly scopeMode: ScopeMode;
  readonly refusalErrors: RefusalErrors;
  readonly introspection: IntrospectionSetting;
  readonly limits: DocumentLimits & {
    readonly maxBodyBytes: number;
    readonly requestMilliseconds: number;
  };
}

/** Where GraphQL is answered. */
export const GRAPHQL_PATH = '/graphql';

/** What each part of the schema takes. What nothing declares is refused; the schema does not build with it either. */
const INDEX = requirementIndex(schema, { undeclared: 'refuse', rowScopes: ROW_SCOPES });

/** A session that no row belongs to: without a token there is no store. */
const NOBODY: Session = {
  storeId: '',
  installationId: null,
  ordersSince: new Date('9999-12-31T00:00:00Z'),
};

/** What bounds the rows of a request: its store, and the window unless `read_all_orders` lifts it. */
function sessionOf(principal: Principal | null, now: Date): Session {
  if (principal === null) return NOBODY;
  const { storeId, installation, grantedScopes } = principal;
  return {
    storeId,
    installationId: installation?.id ?? null,
    owner: ownerOf(principal),
    ordersSince: ordersSince(grantedScopes, now),
  };
}

/** The GraphQL endpoint. */
export interface Gateway {
  /** Answers anything that HTTP can bring, from inside of its exchange. */
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Answers a POST to exactly its path, by the short way where that leads to an answer. */
  answerPost(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void>;
}

/**
 * The GraphQL endpoint, with two doors. Behind the first is the whole pipeline from a token to an answer, one plugin a
 * step, for anything that HTTP can bring. The second, which is tried first, is short: what has been through the pipeline
 * before, and can be compiled, is decided and run by the same functions, and answered at once.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const documents: HotDocuments = documentCache();
  const cursors = createCursorCodec(options.secret);
  const pipeline = createPipeline(options, documents, cursors);
  const front = createFront({
    ...options,
    index: INDEX,
    documents,
    executables: createExecutables(),
    cursors,
    sessionOf,
    mode: options.scopeMode,
    maxBodyBytes: options.limits.maxBodyBytes,
    requestMilliseconds: options.limits.requestMilliseconds,
  });
  return {
    async answer(req, res) {
      await pipeline(req, res, { caller: await identify(req, options.verifier) });
    },
    async answerPost(req, res, requestId) {
      const caller = await identify(req, options.verifier);
      if ('principal' in caller && (await front(req, res, caller.principal, requestId))) return;
      await inExchange(res, requestId, () => pipeline(req, res, { caller }));
      // The connection keeps its last request until the next one comes.
      forgetBody(req);
    },
  };
}

function createPipeline(options: GatewayOptions, documents: HotDocuments, cursors: CursorCodec) {
  const { source, writer, logger, clock, limits } = options;
  const resourceMetadata = `${options.publicUrl}${RESOURCE_METADATA_PATH}`;
  const vault = createSecretVault(options.secret);
  const introspection = createIntrospection(INDEX, options.introspection);

  const contextOf = (context: ServerContext): Context => {
    const principal = principalOf(context);
    const granted = principal?.grantedScopes ?? null;
    const now = clock();
    const session = sessionOf(principal, now);
    const loaders = createLoaders(source, session, granted);
    // Asked here: a command may outlive the answer that was too late for it.
    const requestId = currentRequestId();
    const execute: Context['execute'] = async (command, input, idempotencyKey) => {
      // The plan lets no mutation through without a token.
      if (principal === null) throw new TypeError('A command needs a principal.');
      const outcome = await executeCommand(writer, {
        command,
        input,
        idempotencyKey,
        principal,
        now,
        requestId,
        vault,
      });
      // What comes after it in the same request reads what it wrote.
      loaders.clear();
      return outcome;
    };
    return { principal, granted, loaders, execute, cursors, now };
  };

  return createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    // Yoga answers any address that ends like this; the server has health checks of its own.
    healthCheckEndpoint: `/${randomUUID()}`,
    landingPage: false,
    graphiql: false,
    cors: false,
    batching: false,
    // Validation is kept by what the caller may be told of the schema, which Yoga does not know.
    parserAndValidationCache: {
      documentCache: documentCache<DocumentNode>(),
      errorCache: documentCache<object>(),
      validationCache: false,
    },
    multipart: false,
    logging: false,
    maxRequestBodySize: limits.maxBodyBytes,
    maskedErrors: { maskError: createErrorMask(logger) },
    context: contextOf,
    plugins: [
      useReferenceExecutor(),
      useAuthentication({ resourceMetadata, logger }),
      useRequestSyntax(),
      useDocumentLimits(limits),
      useValidation(introspection),
      useAuthorization({
        index: INDEX,
        introspection,
        mode: options.scopeMode,
        refusalErrors: options.refusalErrors,
        resourceMetadata,
        authorizationEndpoint: options.authorizationEndpoint,
        logger,
      }),
      useTimeLimit(limits.requestMilliseconds),
      useHotDocuments(documents),
    ],
  });
}

/** The schema as SDL for whoever may have it; null where nobody may. */
export function createDownload(
  options: Pick<GatewayOptions, 'introspection' | 'verifier' | 'logger' | 'publicUrl'>,
) {
  if (options.introspection === 'off') return null;
  return createSchemaDownload({
    verifier: options.verifier,
    logger: options.logger,
    resourceMetadata: `${options.publicUrl}${RESOURCE_METADATA_PATH}`,
    introspection: createIntrospection(INDEX, options.introspection),
  });
}
