// A native application built with openid-client: a public client that waits for its browser on a loopback address (RFC 8252).
// With the setting dpop its tokens are bound to a key of its own (RFC 9449).
// Reads its settings as one line; prints {"open": URL} when the person has to go somewhere and {"done": ...} at the end.
import * as openid from 'openid-client'
import { end, listen, read } from './program.mjs'

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.None(), { execute: [openid.allowInsecureRequests] })
const DPoP = settings.dpop ? openid.getDPoPHandle(provider, await openid.randomDPoPKeyPair()) : undefined

const verifier = openid.randomPKCECodeVerifier()
const state = openid.randomState()
const challenge = await openid.calculatePKCECodeChallenge(verifier)
const { origin, visit } = await listen('127.0.0.1')
const back = await visit(openid.buildAuthorizationUrl(provider, {
  redirect_uri: `${origin}/callback`, scope: 'openid profile email offline_access profile:self', code_challenge: challenge, code_challenge_method: 'S256', state,
}), '/callback')
const first = await openid.authorizationCodeGrant(provider, back, { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true }, undefined, { DPoP })
const userInfo = await openid.fetchUserInfo(provider, first.access_token, first.claims().sub, { DPoP })
const second = await openid.refreshTokenGrant(provider, first.refresh_token, undefined, { DPoP })
const me = await openid.fetchProtectedResource(provider, second.access_token, new URL('/api/v1/me', settings.issuer), 'GET', undefined, undefined, { DPoP })
await visit(openid.buildEndSessionUrl(provider, { id_token_hint: first.id_token, post_logout_redirect_uri: `${origin}/signed-out` }), '/signed-out')
const refused = await openid.refreshTokenGrant(provider, second.refresh_token, undefined, { DPoP }).then(() => null, (error) => error.error)

end({ done: { email: userInfo.email, me: (await me.json()).userName, rotated: first.refresh_token !== second.refresh_token, refused, type: second.token_type } })
