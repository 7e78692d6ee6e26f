// A service that proves itself with a key it publishes, built with openid-client (RFC 7523).
// Prints the address of its keys, reads its settings as one line; prints {"done": ...} at the end.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import * as openid from 'openid-client'

const published = []
const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: published })))
server.listen(0, 'localhost')
await once(server, 'listening')
const key = await newKey('first')
console.log(JSON.stringify({ keys: `http://localhost:${server.address().port}/keys` }))

const settings = JSON.parse(await createInterface(process.stdin)[Symbol.asyncIterator]().next().then((line) => line.value))
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt(key), { execute: [openid.allowInsecureRequests] })

const tokens = await openid.clientCredentialsGrant(provider, { scope: 'users:read' })
const alive = await openid.tokenIntrospection(provider, tokens.access_token)
await openid.tokenRevocation(provider, tokens.access_token)
const ended = await openid.tokenIntrospection(provider, tokens.access_token)
const stranger = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt({ ...(await newKey()), kid: 'first' }), { execute: [openid.allowInsecureRequests] })
const refused = await openid.clientCredentialsGrant(stranger, { scope: 'users:read' }).then(() => null, (error) => error.error ?? error.cause[0].parameters.error)
console.log(JSON.stringify({ done: { alive: alive.active, client: alive.client_id, ended: ended.active, refused } }))
process.exit(0)

async function newKey(kid) {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  if (kid) {
    published.push({ ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), kid, use: 'sig', alg: 'ES256' })
  }
  return { key: pair.privateKey, kid }
}
