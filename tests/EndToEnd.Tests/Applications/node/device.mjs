// An application on a device without a browser, built with openid-client (RFC 8628).
// Reads its settings as one line; prints {"show": ...} for its person to see and {"done": ...} or {"refused": ERROR} at the end.
import * as openid from 'openid-client'
import { end, read, tell } from './program.mjs'

const settings = await read()
const provider = await openid.discovery(new URL(settings.issuer), settings.clientId, undefined, openid.None(), { execute: [openid.allowInsecureRequests] })

const device = await openid.initiateDeviceAuthorization(provider, { scope: 'openid profile email offline_access profile:self' })
tell({ show: { address: device.verification_uri, link: device.verification_uri_complete, code: device.user_code } })
const first = await openid.pollDeviceAuthorizationGrant(provider, device).catch((error) => end({ refused: error.error }))
const userInfo = await openid.fetchUserInfo(provider, first.access_token, first.claims().sub)
const second = await openid.refreshTokenGrant(provider, first.refresh_token)
const me = await openid.fetchProtectedResource(provider, second.access_token, new URL('/api/v1/me', settings.issuer), 'GET')
end({ done: { email: userInfo.email, me: (await me.json()).userName, rotated: first.refresh_token !== second.refresh_token } })
