// node-oidc-provider with its in-memory store: signs with ES256, gives JWT access tokens for an API, rotates refresh tokens, asks nobody for consent.
import { generateKeyPairSync, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Provider } from 'oidc-provider';

const { PEER_URL: url, PEER_CLIENT_SECRET: secret, PEER_PASSWORD: password } = process.env;
const api = 'urn:bench:api';
const apiScopes = ['profile:self', 'roles:read'];
const salt = randomBytes(16);
// As ASP.NET Core Identity hashes by default.
const hash = (value) => promisify(pbkdf2)(value, salt, 100_000, 32, 'sha512');
const stored = await hash(password);
const key = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' };

const provider = new Provider(url, {
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  clientDefaults: { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_post' },
  clients: [
    {
      client_id: 'bench-web',
      client_secret: secret,
      redirect_uris: ['http://localhost:9/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    { client_id: 'bench-service', client_secret: secret, redirect_uris: [], grant_types: ['client_credentials'], response_types: [] },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, email: `${id}@example.test`, email_verified: true }),
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Only who asks for a scope of the API gets a token for it; every other token is for UserInfo.
      defaultResource: (ctx) => (apiScopes.some((scope) => ctx.oidc.params.scope?.split(' ').includes(scope)) ? api : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: apiScopes.join(' '), audience: api, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const known = session.grantIdFor(client.clientId);
    if (known) return provider.Grant.find(known);
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile email offline_access');
    grant.addResourceScope(api, apiScopes.join(' '));
    await grant.save();
    return grant;
  },
  rotateRefreshToken: true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = `<!doctype html><title>Sign in</title><form method="post" action="${ctx.path}"><input name="username"><input name="password" type="password"><button>Sign in</button></form>`;
    return undefined;
  }
  const form = new URLSearchParams(await text(ctx.req));
  if (!timingSafeEqual(await hash(form.get('password')), stored)) {
    ctx.status = 401;
    return undefined;
  }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login: { accountId: form.get('username') } }, { mergeWithLastSubmission: false }));
  return undefined;
});

const server = provider.listen(new URL(url).port, 'localhost');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
