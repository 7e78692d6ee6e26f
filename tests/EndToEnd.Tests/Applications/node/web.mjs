// A web application built with openid-client: prints the address it listens on, reads its settings as one line, then serves people.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import * as openid from 'openid-client'
import { read } from './program.mjs'

const sessions = new Map()
const server = createServer((request, response) => answer(request, response).catch((error) => show(response, 500, { error: error.error ?? error.message })))
server.listen(0, 'localhost')
await once(server, 'listening')
const origin = `http://localhost:${server.address().port}`
console.log(origin)

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, {
  client_secret: settings.clientSecret,
  // What nobody asked for has the algorithm of the standards. With it the library takes nothing that is not signed so, by a published key.
  ...(settings.signed && Object.fromEntries(['id_token', 'userinfo', 'introspection', 'authorization'].map((answer) => [`${answer}_signed_response_alg`, settings.signed]))),
}, undefined, { execute: [openid.allowInsecureRequests, ...(settings.signed ? [openid.useJwtResponseMode, openid.enableNonRepudiationChecks] : [])] })
console.log('ready')

async function answer(request, response) {
  const url = new URL(request.url, origin)
  const session = sessionOf(request, response)
  switch (url.pathname) {
    case '/sign-in':
      session.verifier = openid.randomPKCECodeVerifier()
      session.state = openid.randomState()
      session.nonce = openid.randomNonce()
      return redirect(response, openid.buildAuthorizationUrl(provider, {
        redirect_uri: `${origin}/callback`,
        scope: 'openid profile email offline_access profile:self',
        code_challenge: await openid.calculatePKCECodeChallenge(session.verifier),
        code_challenge_method: 'S256',
        state: session.state,
        nonce: session.nonce,
      }))
    case '/callback':
      session.tokens = await openid.authorizationCodeGrant(provider, url, {
        pkceCodeVerifier: session.verifier, expectedState: session.state, expectedNonce: session.nonce, idTokenExpected: true,
      })
      session.subject = session.tokens.claims().sub
      session.idToken = session.tokens.id_token
      return show(response, 200, await whoIs(session))
    case '/refresh':
      session.tokens = await openid.refreshTokenGrant(provider, session.tokens.refresh_token)
      return show(response, 200, await whoIs(session))
    case '/sign-out':
      return redirect(response, openid.buildEndSessionUrl(provider, { id_token_hint: session.idToken, post_logout_redirect_uri: `${origin}/signed-out`, state: 'bye' }))
    case '/signed-out':
      return show(response, 200, { signedOut: url.searchParams.get('state') })
    default:
      return show(response, 404, {})
  }
}

async function whoIs({ tokens, subject }) {
  const userInfo = await openid.fetchUserInfo(provider, tokens.access_token, subject)
  const me = await openid.fetchProtectedResource(provider, tokens.access_token, new URL('/api/v1/me', settings.issuer), 'GET')
  const seen = await openid.tokenIntrospection(provider, tokens.access_token)
  return { email: userInfo.email, me: (await me.json()).userName, refreshToken: tokens.refresh_token, active: seen.active }
}

function sessionOf(request, response) {
  let id = /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (!sessions.has(id)) {
    id = randomUUID()
    sessions.set(id, {})
    response.setHeader('Set-Cookie', `session=${id}; HttpOnly; SameSite=Lax; Path=/`)
  }
  return sessions.get(id)
}

function redirect(response, url) {
  response.writeHead(302, { Location: url.href }).end()
}

function show(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
