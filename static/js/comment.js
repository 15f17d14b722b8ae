// Words and files for a record: what cannot arrive is said before it is sent, and nothing that was written is lost.

import { announce, phrase, say } from './page.js';
import { logInWith, message, send } from './send.js';
import { show } from './feed.js';

const ROOM = 64 * 1024;  // what a form takes beside its files
const fields = ['comment-text', 'comment-files'];

/** Put what speaks against a field beside it; nothing takes it away. */
function complain(id, notes) {
  const field = document.getElementById(id);
  document.getElementById(`${id}-notes`).replaceChildren(...notes);
  if (notes.length) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  const described = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(each => each && each !== `${id}-error`);
  field.setAttribute('aria-describedby', [...described, ...(notes.length ? [`${id}-error`] : [])].join(' '));
}

function sentence(id, text) {
  const template = document.createElement('p');
  Object.assign(template, { className: 'error', id: `${id}-error`, textContent: text });
  complain(id, [template]);
  announce(text);
}

function tooLarge(form) {
  const files = [...form.elements.files.files];
  return files.reduce((sum, file) => sum + file.size, ROOM) > Number(form.dataset.largest);
}

async function submitted(form) {
  if (form.getAttribute('aria-busy') === 'true') return;
  fields.forEach(id => complain(id, []));
  if (tooLarge(form)) {
    sentence('comment-files', phrase('too_large'));
    return form.elements.files.focus();
  }
  const button = form.querySelector('button');
  form.setAttribute('aria-busy', 'true');
  button.disabled = true;
  const answer = await send(form.action, new FormData(form), () => say('refused', phrase('no_answer_form')));
  form.removeAttribute('aria-busy');
  button.disabled = false;
  if (answer.kind === 'away') return logInWith(form, form.action);
  if (answer.kind === 'done') return added(form, answer);
  refused(form, answer);
}

/** The page that came back takes the place of this one. */
function added(form, answer) {
  const region = form.closest('[data-live]');
  form.reset();
  document.activeElement?.blur();
  show(region, answer.page);
  say('done', phrase('commented'));
}

function refused(form, answer) {
  let told = false;
  for (const id of fields) {
    const notes = [...(answer.page?.getElementById(`${id}-notes`)?.children ?? [])].map(note => document.importNode(note, true));
    if (!notes.length) continue;
    complain(id, notes);
    told = true;
    announce(notes[0].textContent.trim());
    document.getElementById(id).focus();
  }
  const own = { offline: 'offline_form', timeout: 'unknown', lost: 'lost_form' }[answer.kind];
  if (!told) say('refused', own ? phrase(own) : message(answer.page)?.text ?? phrase('broken_form'));
}

/** Wire the form of every record's page, also the one that a refresh brings. */
export function setUpComment() {
  document.addEventListener('submit', event => {
    if (event.defaultPrevented || !event.target.matches('form[data-comment]')) return;
    event.preventDefault();
    submitted(event.target);
  }, true);
  document.addEventListener('change', event => {
    if (!event.target.matches('form[data-comment] [type=file]')) return;
    complain('comment-files', []);
    if (tooLarge(event.target.form)) sentence('comment-files', phrase('too_large'));
  });
}
