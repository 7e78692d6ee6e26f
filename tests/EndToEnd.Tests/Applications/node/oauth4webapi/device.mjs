// An application on a device without a browser, built with oauth4webapi (RFC 8628).
// Reads its settings as one line; prints {"show": ...} for its person to see and {"done": ...} or {"refused": ERROR} at the end.
import { setTimeout } from 'node:timers/promises'
import * as oauth from 'oauth4webapi'
import { end, read, tell } from '../program.mjs'
import { discover, insecure } from './provider.mjs'

const settings = await read()
const provider = await discover(settings.issuer)
const client = { client_id: settings.clientId }
const device = await oauth.processDeviceAuthorizationResponse(
  provider, client, await oauth.deviceAuthorizationRequest(provider, client, oauth.None(), { scope: 'openid profile email offline_access profile:self' }, insecure))
tell({ show: { address: device.verification_uri, link: device.verification_uri_complete, code: device.user_code } })

const first = await poll(device.interval ?? 5)
const { sub } = oauth.getValidatedIdTokenClaims(first)
const userInfo = await oauth.processUserInfoResponse(provider, client, sub, await oauth.userInfoRequest(provider, client, first.access_token, insecure))
const second = await oauth.processRefreshTokenResponse(provider, client, await oauth.refreshTokenGrantRequest(provider, client, oauth.None(), first.refresh_token, insecure))
const me = await oauth.protectedResourceRequest(second.access_token, 'GET', new URL('/api/v1/me', settings.issuer), undefined, undefined, insecure)
end({ done: { email: userInfo.email, me: (await me.json()).userName, rotated: first.refresh_token !== second.refresh_token } })

async function poll(seconds) {
  for (;;) {
    await setTimeout(seconds * 1000)
    const answer = await oauth.deviceCodeGrantRequest(provider, client, oauth.None(), device.device_code, insecure)
    try {
      return await oauth.processDeviceCodeResponse(provider, client, answer)
    } catch (error) {
      if (error.error === 'slow_down') {
        seconds += 5
      } else if (error.error !== 'authorization_pending') {
        end({ refused: error.error })
      }
    }
  }
}
