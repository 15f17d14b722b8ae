// The one dialog of a page: a form or a record opens in it, its forms are answered in it.

import { board, phrase, say } from './page.js';
import { get, logInWith, message, send } from './send.js';
import { settle as feedSettle } from './feed.js';
import { placeFocus, prepareForm } from './forms.js';
import { keepScans, nextScan } from './scan.js';

const panel = () => document.getElementById('panel');

// On a page without a board a finished form leads where the server says; a refused one says why.
const elsewhere = {
  answered(answer) {
    if (answer.kind === 'done') return answer.redirected ? location.assign(answer.url) : location.reload();
    return say('refused', message(answer.page)?.text ?? phrase(answer.kind === 'refused' ? 'refused' : 'broken'));
  },
};
let handlers = elsewhere;
let usual = elsewhere;
let settled = true;
let sending = false;
let proposed;      // what the form held when it was opened

/** What a form holds beside its signature and what every sending carries. */
const entered = form => JSON.stringify([...new FormData(form)].filter(([name]) => !['version', 'key', 'csrf_token', 'password'].includes(name)));
const formIn = page => (page?.getElementById('content') ?? page?.body)?.querySelector('form[method="post"]');

/** What becomes of a form that no card's move opened. The board has its own way. */
export function usually(own) {
  usual = own;
}

/**
 * Show the form in `page`. `own` is told: `answered(answer)` once the server has done or refused it, `failed()` when
 * nothing came back (what was entered stays), `kept(answer)` when it was refused and stays for what was entered, `retried()`
 * when it is sent again, `left()` when the dialog is left without.
 */
export function openForm(page, own = usual) {
  handlers = own;
  settled = false;
  proposed = formIn(page) && entered(formIn(page));
  fill(page);
  if (!panel().open) panel().showModal();
  placeFocus(panel());
}

/** Open what `url` shows; a link that cannot be opened so is followed. */
export async function openLink(link) {
  const answer = await get(link.href);
  if (answer.kind === 'done') return openForm(answer.page);
  if (answer.kind === 'refused' && message(answer.page)) return usual.answered(answer);
  if (answer.kind === 'offline' || answer.kind === 'timeout') return say('refused', phrase('offline_page'));
  location.assign(link.href);
}

function fill(page) {
  const content = page.getElementById('content') ?? page.body;
  content.querySelectorAll('p#message, :scope > .aside').forEach(node => node.remove());
  panel().replaceChildren(...[...content.childNodes].map(node => document.importNode(node, true)));
  const heading = panel().querySelector('h1, h2');
  if (heading) heading.id ||= 'panel-title';
  if (heading) panel().setAttribute('aria-labelledby', heading.id);
  else panel().removeAttribute('aria-labelledby');
  if (!panel().querySelector('[data-close], form[method="dialog"]')) {
    const close = Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet', textContent: phrase('close') });
    close.dataset.close = '';
    const header = panel().querySelector('header') ?? panel().insertBefore(document.createElement('header'), panel().firstChild);
    header.append(close);
  }
  panel().querySelectorAll('form').forEach(prepareForm);
  window.htmx.process(panel());
}

async function submitted(form, submitter) {
  if (sending) return;
  sending = true;
  const own = handlers;
  const url = submitter?.getAttribute('formaction') || form.getAttribute('action') || location.href;
  const data = new FormData(form, submitter);
  lock(form, true);
  keepScans(submitter);
  own.retried?.();
  const answer = await send(url, data, () => { own.failed?.(); complain('no_answer'); });
  sending = false;
  if (answer.kind === 'away') return logInWith(form, url);
  const dismissed = !panel().open;
  if (answer.kind === 'invalid' && answer.page.querySelector('form') && !dismissed) {
    own.failed?.();
    fill(answer.page);
    placeFocus(panel());
    return nextScan(panel());
  }
  nextScan(null);
  if (['offline', 'timeout', 'lost', 'broken', 'invalid'].includes(answer.kind) && !dismissed) {
    own.failed?.();
    complain({ offline: 'offline_form', timeout: 'unknown', lost: 'lost_form' }[answer.kind] ?? 'broken_form', message(answer.page)?.text);
    return lock(form, false);
  }
  if (answer.kind === 'refused' && !dismissed && entered(form) !== proposed) {
    await own.kept?.(answer);
    return keep(form, url, answer);
  }
  settled = true;
  panel().close();
  own.answered(answer);
}

/** A refusal takes nobody's words: they may be sent again where the form would be proposed as it was, else they can be copied. */
async function keep(form, url, answer) {
  const page = await get(url);
  const now = formIn(page.page);
  const same = now && entered(now) === proposed;
  for (const name of same ? ['version', 'key'] : []) form.elements[name].value = now.elements[name].value;
  lock(form, false);
  if (page.kind === 'refused' || now && !same) form.querySelector('footer .primary').disabled = true;
  complain('refused_form', [message(answer.page)?.text, phrase(same ? 'still_here' : 'only_here')].filter(Boolean).join(' '));
}

function complain(name, text) {
  panel().querySelector('.notice.sent')?.remove();
  const notice = Object.assign(document.createElement('div'), { className: 'notice bad sent', textContent: text ?? phrase(name) });
  notice.setAttribute('role', 'alert');
  (panel().querySelector('form .body, form .fields') ?? panel().querySelector('form'))?.prepend(notice);
}

function lock(form, locked) {
  form.setAttribute('aria-busy', locked);
  for (const button of form.querySelectorAll('button:not([type=button]), [type=submit]')) button.disabled = locked;
}

/** Wire the dialog: links that open in it, its forms, the ways out. */
export function setUpDialog() {
  if (!panel()) return;
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const dialog = event.target.closest('[data-close]')?.closest('dialog');
    if (dialog) {
      event.preventDefault();
      return dialog.close();
    }
    const link = event.target.closest('a[data-dialog]');
    if (!link) return;
    event.preventDefault();
    openLink(link);
  });
  panel().addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    event.preventDefault();
    event.stopPropagation();
    submitted(form, event.submitter);
  });
  panel().addEventListener('click', event => {
    if (event.target === panel() && !panel().querySelector('form')) panel().close();
  });
  panel().addEventListener('close', () => {
    const own = handlers;
    const left = !settled && !sending;
    handlers = usual;
    settled = true;
    panel().replaceChildren();
    if (left) own.left?.();
    feedSettle();
  });
}
