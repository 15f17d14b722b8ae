// The page comes alive here. Everything works without it by links and forms; this makes it quick
// and keeps it fresh.

// What htmx asked for and did not get is said; a form that was sent keeps what it holds.
const placeOf = (element) => element.querySelector(FIELDS) ? 'form' : 'page';
document.addEventListener('htmx:response:error', ({ target, detail: { ctx } }) => {
  if (target === document) return; // what asked is no longer there
  const page = pageOf(ctx.text);
  const inPlace = target.hasAttribute(`hx-status:${ctx.response.raw.status}`);
  if (inPlace && formIn(page)) return; // it stands there; a proxy's answer has no form of ours
  const kind = kindOf(ctx.response.raw, page);
  if (kind === 'away' && placeOf(target) === 'form') {
    ctx.hx.redirect = '';
    logInWith(target, target.action);
  } else if (!['away', 'invalid'].includes(kind)) {
    say('refused', whyNot({ kind, page }, placeOf(target)));
  }
});
document.addEventListener('htmx:error', ({ target, detail: { ctx } }) => {
  if (target !== document && ctx?.text === undefined) {
    say('refused', phrase(`offline_${placeOf(target)}`));
  }
});

const KEYS = {
  z: undoLast,
  '?': () => byId('keys').showModal(),
  n: () => page.call && openLink(page.call), // somebody calls
  e: () => document.querySelector('[aria-keyshortcuts="e"]')?.click(), // a mail is set aside
  '/': toSearch,
  '／': toSearch, // the same key under a Chinese input method
  '、': toSearch,
};

function toSearch() {
  const box = document.querySelector('[data-find], input[type="search"]');
  box?.focus();
  box?.select();
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || modified(event) || inField(event.target)) return;
  if (!Object.hasOwn(KEYS, event.key) || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  KEYS[event.key]();
});

// What cannot be done yet says why, instead of doing nothing.
on('click', '[aria-disabled="true"]', (event, disabled) => {
  event.preventDefault();
  event.stopPropagation();
  const reason = byId(disabled.getAttribute('aria-describedby')) ??
    disabled.closest('.card')?.querySelector('.block');
  const sentence = reason?.textContent.trim() || disabled.title;
  if (sentence) say('refused', sentence);
}, true);

on('click', '[data-print]', () => print());

// Menus close when one looks elsewhere.
document.addEventListener('click', ({ target }) => {
  for (const menu of all('details.menu-anchor[open]')) menu.open = menu.contains(target);
});

// The strip of what comes first: folded away it stays so on every board; the server draws it so.
document.addEventListener('toggle', ({ target }) => {
  const name = target.dataset?.fold;
  const folded = target.open ? 'open' : 'folded';
  if (name) document.cookie = `${name}=${folded}; path=/; max-age=31536000; samesite=lax`;
}, true);

setInterval(() => tellAges(serverTime()), 60000);

setUpDialog();
setUpOptions();
setUpForms();
setUpComment();
setUpThings();
setUpUndo();
if (board) setUpBoard();
if (isFloor) setUpFloor();
setUpAlarms();
listen();
document.documentElement.dataset.ready = 'true';
