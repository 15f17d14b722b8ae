// What every page offers its scripts: the words, the messages, the spoken sentences, a list to choose from.

const words = JSON.parse(document.getElementById('words')?.textContent || '{}');

export const board = () => document.getElementById('board');
export const language = document.documentElement.lang || 'en';

const ahead = document.body.dataset.now ? Date.now() - Date.parse(document.body.dataset.now) : 0;

/** The time now by the server's clock, which counts, not the tablet's. */
export const serverTime = () => Date.now() - ahead;

/** The sentence called `name` in the reader's language, with {values} filled in. */
export function phrase(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/** Element `tag` with properties and children; text never becomes markup. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(child => child != null));
  return element;
}

let spoken = 0;

/** Say a sentence to those who listen to the page instead of looking at it. */
export function announce(sentence) {
  const live = document.getElementById('live');
  if (!live) return;
  // A sentence said twice must be a change twice: the invisible space makes it one.
  live.textContent = sentence + (spoken++ % 2 ? '\u200b' : '');
}

/**
 * Show a sentence for a while and speak it; what takes it away again comes back. `kind`: done or refused; `offer`: {label,
 * act} makes a button and stays longer, or for its `seconds` and no more; `key` does the same as the button.
 */
export function say(kind, sentence, offer) {
  announce(offer?.key ? `${sentence} ${phrase('by_key', { action: offer.label, key: offer.key })}` : sentence);
  const shelf = document.getElementById('toasts');
  if (!shelf) return () => {};
  const toast = make('div', { className: kind === 'refused' ? 'toast bad' : 'toast' }, make('p', { textContent: sentence }));
  toast.dataset.kind = kind;
  let before; // where the focus was before it came here
  toast.addEventListener('focusin', event => { if (!toast.contains(event.relatedTarget)) before = event.relatedTarget; });
  const gone = () => {
    const focused = toast.contains(document.activeElement);
    toast.remove();
    if (focused && before?.isConnected) before.focus({ preventScroll: true });
  };
  if (offer) {
    const button = make('button', { type: 'button', textContent: offer.label, onclick: () => { gone(); offer.act(); } });
    if (offer.key) {
      button.setAttribute('aria-keyshortcuts', offer.key);
      button.append(make('kbd', { textContent: offer.key, ariaHidden: 'true' }));
    }
    toast.append(button);
  }
  toast.append(make('button', { type: 'button', textContent: phrase('close'), onclick: gone }));
  shelf.append(toast);
  while (shelf.children.length > 3) shelf.firstElementChild.remove();
  let timer;
  const time = offer?.seconds ? offer.seconds * 1000 : kind === 'done' ? 5000 : offer ? 60000 : 12000;
  const wait = () => { timer = setTimeout(gone, time); };
  if (!offer?.seconds) {
    toast.addEventListener('mouseenter', () => clearTimeout(timer));
    toast.addEventListener('mouseleave', wait);
  }
  wait();
  return gone;
}

/** Ask for one of `options` ({label, note, disabled}); resolves to the chosen one, or to undefined. */
export function choose(title, options) {
  return new Promise(resolve => {
    let chosen;
    const heading = make('h2', { textContent: title, id: 'choice-title' });
    const close = make('button', { type: 'button', className: 'button quiet', textContent: phrase('cancel'), onclick: () => dialog.close() });
    const body = make('div', { className: 'body stack' });
    for (const [place, option] of options.entries()) {
      const button = make('button', { type: 'button', className: 'button', textContent: option.label, disabled: Boolean(option.disabled) });
      button.dataset.choice = option.name ?? place;
      button.onclick = () => { chosen = option; dialog.close(); };
      const note = option.note && make('p', { className: 'why', textContent: option.note, id: `choice-${place}` });
      if (note) button.setAttribute('aria-describedby', note.id);
      body.append(make('div', {}, button, note));
    }
    const dialog = make('dialog', { className: 'panel-dialog', id: 'choice' }, make('header', {}, heading, close), body);
    dialog.setAttribute('aria-labelledby', heading.id);
    dialog.addEventListener('keydown', event => walk(event, body));
    dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('close', () => { dialog.remove(); resolve(chosen); });
    document.body.append(dialog);
    dialog.showModal();
    (body.querySelector('button:not(:disabled)') ?? close).focus();
  });
}

/** Up and down go through the buttons of a list. */
function walk(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll('button:not(:disabled)')];
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length)?.focus();
}
