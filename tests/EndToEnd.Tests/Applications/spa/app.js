// A single-page application built with oidc-client-ts: everything happens in the browser, across origins.
const settings = await (await fetch('/settings.json')).json()
const manager = new oidc.UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  redirect_uri: `${location.origin}/`,
  post_logout_redirect_uri: `${location.origin}/?signed-out`,
  scope: 'openid profile email offline_access profile:self',
  loadUserInfo: true,
})
const actions = {
  'sign-in': () => manager.signinRedirect(),
  'refresh': async () => report('refreshed', await manager.signinSilent()),
  'sign-out': () => manager.signoutRedirect(),
}
for (const [id, act] of Object.entries(actions)) {
  document.getElementById(id).addEventListener('click', () => act().catch((error) => show({ state: 'failed', error: error.error ?? error.message })))
}

const query = new URLSearchParams(location.search)
if (query.has('code') || query.has('error')) {
  await manager.signinCallback().then((user) => report('signed in', user), (error) => show({ state: 'failed', error: error.error ?? error.message }))
} else {
  show({ state: query.has('signed-out') ? 'signed out' : 'waiting' })
}

async function report(state, user) {
  const answer = await fetch(new URL('/api/v1/me', settings.issuer), { headers: { Authorization: `Bearer ${user.access_token}` } })
  show({ state, email: user.profile.email, me: (await answer.json()).userName, refreshToken: user.refresh_token })
}

function show(result) {
  document.getElementById('result').textContent = JSON.stringify(result)
}
