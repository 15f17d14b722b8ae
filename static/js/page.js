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

const copyOf = (template) => byId(template).content.firstElementChild.cloneNode(true);
let cameFrom; // where the focus was before it came to a message
on('focusin', '.toast', ({ relatedTarget: from }) => {
  if (!from?.closest('.toast')) cameFrom = from;
});
on('click', '.toast > button', (_, { parentElement }) => takeAway(parentElement), true);

/** Take a message away; the focus that it may have goes back, or to `heir`. */
function takeAway(message, heir = cameFrom) {
  const focused = message.contains(document.activeElement);
  message.remove();
  if (focused && heir?.isConnected) heir.focus({ preventScroll: true });
}

/**
 * Show a sentence for a while and speak it. `kind`: done or refused; `offer`: {label, act} makes a
 * button and stays longer, {undo} is the form of a way back and stays for its seconds and no more.
 */
function say(kind, sentence, { label, act, undo } = {}) {
  announce(undo ? `${sentence} ${phrase('by_key')}` : sentence);
  const toast = copyOf('toast');
  const [told, offered] = toast.children;
  toast.classList.toggle('bad', kind === 'refused');
  told.textContent = sentence;
  if (label) Object.assign(offered, { textContent: label, onclick: act });
  else offered.replaceWith(undo ?? '');
  const seconds = undo?.dataset.seconds ?? (kind === 'done' ? 5 : label ? 60 : 12);
  const stays = () => !undo && toast.matches(':hover');
  const wait = () => setTimeout(() => stays() ? wait() : takeAway(toast), seconds * 1000);
  wait();
  byId('toasts').append(toast);
}

/** Ask for one of `options` ({label, note, disabled, name}); resolves to the chosen, or nothing. */
function choose(title, options) {
  const dialog = byId('choice');
  byId('choice-title').textContent = title;
  const list = options.map(({ label, note, disabled, name }, place) => {
    const entry = copyOf('choice-option');
    const [one, why] = entry.children;
    const id = `choice-${place}`;
    Object.assign(one, { textContent: label, value: place, disabled: Boolean(disabled) });
    Object.assign(why, { textContent: note ?? '', hidden: !note, id });
    one.dataset.choice = name;
    one.setAttribute('aria-describedby', id);
    return entry;
  });
  dialog.querySelector('form').replaceChildren(...list);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(options[dialog.returnValue]), { once: true });
  });
}

on('keydown', '#choice', (event, dialog) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const free = all('form button:enabled', dialog);
  free.at((free.indexOf(document.activeElement) + step) % free.length)?.focus();
});
