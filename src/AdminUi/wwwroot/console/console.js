// Comfort only: every page works without it.

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}

document.addEventListener('keydown', event => {
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
    const search = document.getElementById('search');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }

  if (event.key === 'Escape') {
    closeMenus(null);
  }
});

document.addEventListener('click', event => closeMenus(event.target));

function closeMenus(target) {
  for (const menu of document.querySelectorAll('details.account[open]')) {
    if (!target || !menu.contains(target)) {
      menu.open = false;
    }
  }
}

// A second click on a button that changes something would send the form twice.
document.addEventListener('submit', event => {
  if (event.target.method === 'post') {
    if (event.target.dataset.sent) {
      event.preventDefault();
    }

    event.target.dataset.sent = 'true';
  }
});

// The browser may show this page again from its memory, with the form as it was left.
addEventListener('pageshow', () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
});
