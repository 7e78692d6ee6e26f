// A web application built with oauth4webapi: it proves itself with a key, pushes what it asks for, and its tokens are bound to another key.
// Prints its origin and its key, reads its settings as one line; prints {"open": URL} when the person has to go somewhere and {"done": ...} at the end.
import * as oauth from 'oauth4webapi'
import { end, listen, newKey, read, tell } from '../program.mjs'
import { discover, insecure, withNonce } from './provider.mjs'

const key = await newKey('ES256', 'web')
const { origin, visit } = await listen('localhost')
tell({ origin, key: key.published })

const settings = await read()
const provider = await discover(settings.issuer)
const client = { client_id: settings.clientId }
const proveItself = oauth.PrivateKeyJwt(key)
const options = { ...insecure, DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')) }

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const nonce = oauth.generateRandomNonce()
const redirectUri = `${origin}/callback`
const pushed = await withNonce(async () => oauth.processPushedAuthorizationResponse(provider, client, await oauth.pushedAuthorizationRequest(provider, client, proveItself, {
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'openid profile email offline_access profile:self',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
}, options)))

const there = new URL(provider.authorization_endpoint)
there.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
const back = oauth.validateAuthResponse(provider, client, await visit(there, '/callback'), state)
const codeAnswer = await oauth.authorizationCodeGrantRequest(provider, client, proveItself, back, redirectUri, verifier, options)
const first = await oauth.processAuthorizationCodeResponse(provider, client, codeAnswer, { expectedNonce: nonce, requireIdToken: true })
await oauth.validateApplicationLevelSignature(provider, codeAnswer, insecure)
const { sub } = oauth.getValidatedIdTokenClaims(first)
const userInfo = await oauth.processUserInfoResponse(provider, client, sub, await oauth.userInfoRequest(provider, client, first.access_token, options))

const second = await oauth.processRefreshTokenResponse(provider, client, await oauth.refreshTokenGrantRequest(provider, client, proveItself, first.refresh_token, options))
const me = await oauth.protectedResourceRequest(second.access_token, 'GET', new URL('/api/v1/me', settings.issuer), undefined, undefined, options)
const alive = await introspect(second.refresh_token)
await oauth.processRevocationResponse(await oauth.revocationRequest(provider, client, proveItself, second.refresh_token, insecure))
const ended = await introspect(second.refresh_token)
const refused = await oauth.processRefreshTokenResponse(provider, client, await oauth.refreshTokenGrantRequest(provider, client, proveItself, second.refresh_token, options))
  .then(() => null, (error) => error.error)

end({
  done: {
    demanded: pushed.demanded, email: userInfo.email, me: (await me.json()).userName, type: second.token_type, alive: alive.active, ended: ended.active, refused,
  },
})

async function introspect(token) {
  return await oauth.processIntrospectionResponse(provider, client, await oauth.introspectionRequest(provider, client, proveItself, token, insecure))
}
