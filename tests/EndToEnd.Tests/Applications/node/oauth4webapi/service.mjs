// A service built with oauth4webapi that proves itself with a key. It looks at its token as an API would (RFC 9068), too.
// Prints its key, reads its settings as one line; prints {"done": ...} at the end.
import * as oauth from 'oauth4webapi'
import { end, newKey, read, tell } from '../program.mjs'
import { discover, insecure } from './provider.mjs'

const key = await newKey('PS256', 'service')
tell({ key: key.published })

const settings = await read()
const provider = await discover(settings.issuer)
const client = { client_id: settings.clientId }
const tokens = await grant(key)
const request = new Request('http://localhost/', { headers: { Authorization: `Bearer ${tokens.access_token}` } })
const seen = await oauth.validateJwtAccessToken(provider, request, 'urn:user-domain:users', insecure)
const alive = await introspect()
await oauth.processRevocationResponse(await oauth.revocationRequest(provider, client, oauth.PrivateKeyJwt(key), tokens.access_token, insecure))
const ended = await introspect()
const refused = await grant(await newKey('PS256', 'service')).then(() => null, (error) => error.error ?? error.cause?.[0]?.parameters.error)

end({ done: { client: seen.client_id, scope: seen.scope, alive: alive.active, ended: ended.active, refused } })

async function grant(secret) {
  return await oauth.processClientCredentialsResponse(
    provider, client, await oauth.clientCredentialsGrantRequest(provider, client, oauth.PrivateKeyJwt(secret), { scope: 'users:read' }, insecure))
}

async function introspect() {
  return await oauth.processIntrospectionResponse(
    provider, client, await oauth.introspectionRequest(provider, client, oauth.PrivateKeyJwt(key), tokens.access_token, insecure))
}
