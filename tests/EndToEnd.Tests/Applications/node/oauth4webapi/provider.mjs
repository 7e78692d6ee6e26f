// What the applications built with oauth4webapi have in common. The library makes requests and checks answers, and leaves to its user what is done in between.
import * as oauth from 'oauth4webapi'

export const insecure = { [oauth.allowInsecureRequests]: true }

export async function discover(issuer) {
  const identifier = new URL(issuer)
  return await oauth.processDiscoveryResponse(identifier, await oauth.discoveryRequest(identifier, insecure))
}

// The first proof cannot have the nonce that is wanted; made again it has (RFC 9449 section 8).
export async function withNonce(attempt) {
  try {
    return { ...(await attempt()), demanded: false }
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) {
      throw error
    }
    return { ...(await attempt()), demanded: true }
  }
}
