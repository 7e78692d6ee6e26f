// What the applications here have in common: they talk with their test in lines of JSON, listen on this machine, and have keys.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'

const lines = createInterface(process.stdin)[Symbol.asyncIterator]()

export const read = async () => JSON.parse((await lines.next()).value)

export const tell = (message) => console.log(JSON.stringify(message))

export function end(message) {
  tell(message)
  process.exit(0)
}

// Where browsers come back to: visit sends the person to a URL and gives the one they return with.
export async function listen(host) {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  const origin = `http://${host}:${server.address().port}`
  const visit = async (url, path) => {
    tell({ open: url.href })
    for (;;) {
      const [request, response] = await once(server, 'request')
      response.end('You can close this window.')
      const back = new URL(request.url, origin)
      if (back.pathname === path) {
        return back
      }
    }
  }
  return { origin, visit }
}

export async function newKey(alg, kid) {
  const kind = alg === 'PS256'
    ? { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
    : { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(kind, false, ['sign', 'verify'])
  return { key: pair.privateKey, kid, published: { ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), kid, use: 'sig', alg } }
}
