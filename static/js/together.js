// Several records signed at once: what is signed of each stands in view, one password below, and each gets its own request
// and event. A form that wants more than the signature is left out: its record is done by itself.

import { make, phrase } from './page.js';
import { get, message, send } from './send.js';

const MORE = 'input:not([type=hidden], [type=password]), select, textarea';
const nothingCame = { refused: 'refused', invalid: 'needs_form', offline: 'offline', timeout: 'unknown', lost: 'lost' };

/** What an answer means for one record, in words. */
export const told = answer => message(answer.page)?.text ?? phrase(answer.kind === 'done' ? 'done' : nothingCame[answer.kind] ?? 'broken');

/** The form of one record; with a sentence instead where it cannot be signed with others. */
async function formOf({ id, ref, way }) {
  const answer = await get(way.url);
  if (answer.kind !== 'done') return { id, ref, sentence: told(answer) };
  const form = answer.page.querySelector('form fieldset.signature [name=password]')?.form;
  const alone = !form || [...form.elements].some(field => field.matches(MORE) && field.required);
  return alone ? { id, ref, sentence: phrase('needs_form') } : { id, ref, way, form, about: answer.page.querySelector('.page-head p:last-child')?.textContent };
}

/** A copy of what stands in view when the record is signed alone, its warnings first. */
function inView({ form, about }) {
  const parts = [...form.querySelectorAll('.notice, [data-signed]')].filter(part => !part.parentElement.closest('[data-signed]'));
  const copies = parts.map(part => document.importNode(part, true));
  copies.flatMap(copy => [copy, ...copy.querySelectorAll('[id]')]).forEach(node => node.removeAttribute('id'));
  return make('details', { className: 'fold', open: true }, make('summary', { textContent: about }), ...copies);
}

/**
 * Ask for the signature of `wanted` ([{id, ref, way}]) and sign each. Returns [{id, ref, done, sentence, page}], `away` where the
 * login has ended, or nothing where the person left without signing.
 */
export async function signTogether(label, wanted) {
  const found = [];
  for (const each of wanted) found.push(await formOf(each));
  const results = found.filter(each => !each.form);
  let open = found.filter(each => each.form);
  if (!open.length) return results;
  const own = open[0].form.querySelector('fieldset.signature');
  const signature = document.importNode(own, true);
  const password = signature.querySelector('[name=password]');
  const heading = make('h2', { textContent: phrase('some_of', { action: label, count: open.length }), id: 'together-title', tabIndex: -1 });
  const button = make('button', { className: 'button primary large', textContent: label });
  const leave = make('button', { type: 'button', className: 'button quiet', textContent: phrase('cancel'), onclick: () => dialog.close() });
  const form = make('form', { method: 'dialog', noValidate: true },
    make('div', { className: 'body form' }, ...open.map(inView), signature), make('footer', { className: 'submit' }, button, leave));
  const dialog = make('dialog', { className: 'panel-dialog', id: 'together' }, make('header', {}, heading), form);
  dialog.setAttribute('aria-labelledby', heading.id);
  document.body.append(dialog);
  return new Promise(resolve => {
    let ended;
    let busy = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (busy) return;
      busy = button.disabled = true;
      const wrong = await sign();
      busy = button.disabled = false;
      if (!wrong) return dialog.close();
      signature.querySelector('.error')?.remove();
      password.closest('.field').append(document.importNode(wrong, true));
      password.value = '';
      password.setAttribute('aria-invalid', 'true');
      password.focus();
    });
    dialog.addEventListener('cancel', event => { if (busy) event.preventDefault(); });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(ended);
    });
    dialog.showModal();
    dialog.scrollTop = 0;
    heading.focus({ preventScroll: true });

    /** Sign what is open, one after the other; the error of the password, if it is wrong: nothing more is sent then. */
    async function sign() {
      while (open.length) {
        const [each] = open;
        const data = new FormData(each.form);
        data.set('password', password.value);
        const answer = await send(each.way.url, data);
        if (answer.kind === 'away') { ended = 'away'; return null; }
        const wrong = answer.page?.querySelector('#password-error');
        if (wrong) return wrong;
        open = open.slice(1);
        results.push({ id: each.id, ref: each.ref, done: answer.kind === 'done', sentence: told(answer), page: answer.page });
        ended = results;
      }
      return null;
    }
  });
}
