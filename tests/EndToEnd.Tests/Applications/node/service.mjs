// A service that proves itself with a key it publishes, built with openid-client (RFC 7523).
// Prints the address of its keys, reads its settings as one line; prints {"done": ...} at the end.
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import { once } from 'node:events'
import * as openid from 'openid-client'
import { end, newKey, read, tell } from './program.mjs'

const key = await newKey('ES256', 'first')
const publish = (_, response) => response.writeHead(200, { 'Content-Type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: [key.published] }))
// An installation in containers knows this machine by another name, and calls others by https alone.
const { USER_DOMAIN_TEST_HOST: host, USER_DOMAIN_TEST_CERTIFICATE: certificate } = process.env
const server = host ? https.createServer({ key: readFileSync(`${certificate}.key`), cert: readFileSync(`${certificate}.crt`) }, publish) : http.createServer(publish)
server.listen(0, host ? '0.0.0.0' : 'localhost')
await once(server, 'listening')
tell({ keys: `${host ? 'https' : 'http'}://${host ?? 'localhost'}:${server.address().port}/keys` })

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt(key), { execute: [openid.allowInsecureRequests] })

const tokens = await openid.clientCredentialsGrant(provider, { scope: 'users:read' })
const alive = await openid.tokenIntrospection(provider, tokens.access_token)
await openid.tokenRevocation(provider, tokens.access_token)
const ended = await openid.tokenIntrospection(provider, tokens.access_token)
const stranger = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.PrivateKeyJwt(await newKey('ES256', 'first')), { execute: [openid.allowInsecureRequests] })
const refused = await openid.clientCredentialsGrant(stranger, { scope: 'users:read' }).then(() => null, (error) => error.error ?? error.cause[0].parameters.error)
end({ done: { alive: alive.active, client: alive.client_id, ended: ended.active, refused } })
