// A service that proves itself with a key it publishes, built with openid-client (RFC 7523).
// Prints the address of its keys, reads its settings as one line; prints {"done": ...} at the end.
import { createServer } from 'node:http'
import { once } from 'node:events'
import * as openid from 'openid-client'
import { end, newKey, read, tell } from './program.mjs'

const key = await newKey('ES256', 'first')
const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: [key.published] })))
server.listen(0, 'localhost')
await once(server, 'listening')
tell({ keys: `http://localhost:${server.address().port}/keys` })

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt(key), { execute: [openid.allowInsecureRequests] })

const tokens = await openid.clientCredentialsGrant(provider, { scope: 'users:read' })
const alive = await openid.tokenIntrospection(provider, tokens.access_token)
await openid.tokenRevocation(provider, tokens.access_token)
const ended = await openid.tokenIntrospection(provider, tokens.access_token)
const stranger = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt(await newKey('ES256', 'first')), { execute: [openid.allowInsecureRequests] })
const refused = await openid.clientCredentialsGrant(stranger, { scope: 'users:read' }).then(() => null, (error) => error.error ?? error.cause[0].parameters.error)
end({ done: { alive: alive.active, client: alive.client_id, ended: ended.active, refused } })
