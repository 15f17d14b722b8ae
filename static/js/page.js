// What every section needs: words, the server's clock, elements, messages, a tab's memory.

const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const board = byId('board');
const page = document.body.dataset;
const isFloor = 'floor' in page;
const language = document.documentElement.lang || 'en';
const words = JSON.parse(byId('phrases').textContent);
const ahead = page.now ? Date.now() - Date.parse(page.now) : 0;

/** The time now by the server's clock, which counts, not the tablet's. */
const serverTime = () => Date.now() - ahead;

/** The sentence called `name` in the reader's language, with {values} filled in. */
function phrase(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** Element `tag` with properties or attributes and children; text never becomes markup. */
function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const button = (textContent, onclick, more = {}) =>
  make('button', { type: 'button', textContent, onclick, ...more });

/** Call `act` with the event and the element of `selector` it happened to, also a later one. */
function on(type, selector, act, capture = false) {
  document.addEventListener(type, (event) => {
    const target = event.target.closest?.(selector);
    if (target) act(event, target);
  }, capture);
}

const modified = (event) => event.ctrlKey || event.metaKey || event.altKey;
const inField = (target) => target?.closest?.('input, select, textarea, [contenteditable]');
const FIELDS = 'input:not([type=hidden]), select, textarea';

/** A click that stays on this page: no new tab, no other button. */
const isPlain = (event) =>
  !(event.defaultPrevented || event.button || event.shiftKey || modified(event));

/** Keep a value for this tab. A browser that keeps nothing loses it, and nothing else. */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch { /* see above */ }
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

let spoken = 0;

/** Say a sentence to those who listen to the page instead of looking at it. */
function announce(sentence) {
  // A sentence said twice must be a change twice: the invisible space makes it one.
  byId('live').textContent = sentence + (spoken++ % 2 ? '\u200b' : '');
}

/**
 * Show a sentence for a while and speak it; what takes it away again comes back. `kind`: done or
 * refused; `offer`: {label, act} makes a button and stays longer, or for its `seconds` and no more;
 * `key` does the same as the button.
 */
function say(kind, sentence, offer) {
  const byKey = offer?.key && phrase('by_key', { action: offer.label, key: offer.key });
  announce([sentence, byKey].filter(Boolean).join(' '));
  const toast = make('div', { class: kind === 'refused' ? 'toast bad' : 'toast' });
  toast.dataset.kind = kind;
  let before, timer; // where the focus was before it came here
  const gone = () => {
    const focused = toast.contains(document.activeElement);
    toast.remove();
    if (focused && before?.isConnected) before.focus({ preventScroll: true });
  };
  toast.append(make('p', { textContent: sentence }));
  if (offer) {
    const key = offer.key ? { 'aria-keyshortcuts': offer.key } : {};
    toast.append(button(offer.label, () => (gone(), offer.act()), key));
    if (offer.key) {
      toast.lastChild.append(make('kbd', { textContent: offer.key, ariaHidden: 'true' }));
    }
  }
  toast.append(button(phrase('close'), gone));
  toast.addEventListener('focusin', ({ relatedTarget }) => {
    if (!toast.contains(relatedTarget)) before = relatedTarget;
  });
  const seconds = offer?.seconds ?? (kind === 'done' ? 5 : offer ? 60 : 12);
  const wait = () => timer = setTimeout(gone, seconds * 1000);
  if (!offer?.seconds) {
    toast.addEventListener('mouseenter', () => clearTimeout(timer));
    toast.addEventListener('mouseleave', wait);
  }
  wait();
  byId('toasts').append(toast);
  while (byId('toasts').children.length > 3) byId('toasts').firstElementChild.remove();
  return gone;
}

/** Ask for one of `options` ({label, note, disabled}); resolves to the chosen one, or nothing. */
function choose(title, options) {
  const heading = make('h2', { textContent: title, id: 'choice-title' });
  const close = button(phrase('cancel'), null, { class: 'button quiet', 'data-close': '' });
  let chosen;
  const list = options.map(({ label, note, disabled, name }, place) => {
    const act = () => (chosen = options[place], dialog.close());
    const one = button(label, act, { class: 'button', disabled: Boolean(disabled) });
    one.dataset.choice = name ?? place;
    if (note) one.setAttribute('aria-describedby', `choice-${place}`);
    const why = note && make('p', { class: 'why', textContent: note, id: `choice-${place}` });
    return make('div', {}, one, why || null);
  });
  const dialog = make(
    'dialog',
    { class: 'panel-dialog', id: 'choice', 'aria-labelledby': heading.id },
    make('header', {}, heading, close),
    make('div', { class: 'body stack' }, ...list),
  );
  dialog.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const free = all('.body button:not(:disabled)', dialog);
    free.at((free.indexOf(document.activeElement) + step) % free.length)?.focus();
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector('.body button:not(:disabled)') ?? close).focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => (dialog.remove(), resolve(chosen)));
  });
}
