// A web application after the FAPI 2.0 security profile, built with openid-client: it proves itself with a key, pushes what it asks for (RFC 9126), and its
// tokens are bound to another key. Its first argument is the algorithm of both keys and of its ID tokens; with "signed" as the second one it keeps to FAPI 2.0
// Message Signing as well: what it pushes is a signed request object (RFC 9101), and what comes back by the browser is signed (JARM).
// Prints its origin and its key, reads its settings as one line; prints {"open": URL} when the person has to go somewhere and {"done": ...} at the end.
import * as openid from 'openid-client'
import { end, listen, newKey, read, tell } from './program.mjs'

const [algorithm, messages] = process.argv.slice(2)
const signed = messages === 'signed'
const key = await newKey(algorithm)
const { origin, visit } = await listen('localhost')
tell({ origin, key: key.published })

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, {
  id_token_signed_response_alg: algorithm,
  ...(signed && { authorization_signed_response_alg: algorithm }),
}, openid.PrivateKeyJwt(key), {
  execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks, ...(signed ? [openid.useJwtResponseMode] : [])],
})
const DPoP = openid.getDPoPHandle(provider, await openid.randomDPoPKeyPair(algorithm))

const verifier = openid.randomPKCECodeVerifier()
const nonce = openid.randomNonce()
const request = {
  redirect_uri: `${origin}/callback`,
  scope: 'openid profile email offline_access profile:self',
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  nonce,
}
const parameters = signed ? (await openid.buildAuthorizationUrlWithJAR(provider, request, key)).searchParams : request
const pushed = await openid.buildAuthorizationUrlWithPAR(provider, parameters, { DPoP })
const back = await visit(pushed, '/callback')
const first = await openid.authorizationCodeGrant(provider, back, { pkceCodeVerifier: verifier, expectedNonce: nonce, idTokenExpected: true }, undefined, { DPoP })
const userInfo = await openid.fetchUserInfo(provider, first.access_token, first.claims().sub, { DPoP })
const before = await me(first)
const second = await openid.refreshTokenGrant(provider, first.refresh_token, undefined, { DPoP })
const after = await me(second)
await visit(openid.buildEndSessionUrl(provider, { id_token_hint: first.id_token, post_logout_redirect_uri: `${origin}/signed-out` }), '/signed-out')
const refused = await openid.refreshTokenGrant(provider, second.refresh_token, undefined, { DPoP }).then(() => null, (error) => error.error)

end({ done: { asked: [...pushed.searchParams.keys()].sort(), answered: [...back.searchParams.keys()].sort(), email: userInfo.email, before, after, type: second.token_type, refused } })

async function me(tokens) {
  const answer = await openid.fetchProtectedResource(provider, tokens.access_token, new URL('/api/v1/me', settings.issuer), 'GET', undefined, undefined, { DPoP })
  return (await answer.json()).userName
}
