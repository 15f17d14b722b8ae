// Words and files for a record: what cannot arrive is said before it is sent, and nothing that was
// written is lost.

const ROOM = 64 * 1024; // what a form takes beside its files

/** Say beside the files that they are too large, or that they are not; nothing takes it away. */
function judgeFiles(form) {
  const field = byId('comment-files');
  const size = [...field.files].reduce((sum, file) => sum + file.size, ROOM);
  const tooLarge = size > Number(form.dataset.largest);
  const note = { class: 'error', id: 'comment-files-error', textContent: phrase('too_large') };
  byId('comment-files-notes').replaceChildren(...tooLarge ? [make('p', note)] : []);
  if (tooLarge) announce(phrase('too_large'));
  if (tooLarge) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  return tooLarge;
}

async function sendComment(event, form) {
  event.preventDefault();
  event.stopPropagation();
  if (isBusy(form)) return;
  if (judgeFiles(form)) return form.elements.files.focus();
  const data = new FormData(form);
  sleep(form);
  const answer = await send(form.action, data, () => say('refused', phrase('no_answer_form')));
  if (answer.kind === 'away') return logInWith(form, form.action);
  sleep(form, false);
  const region = form.closest('[data-live]');
  if (answer.kind === 'done') {
    form.reset();
    document.activeElement?.blur();
    showRegion(region, answer.page.getElementById(region.id));
    return say('done', phrase('commented'));
  }
  const now = answer.page?.getElementById('comment');
  const notes = now?.querySelector('.error');
  if (!notes) return say('refused', whyNot(answer));
  morph(form, now); // the words and the chosen files stay
  announce(notes.textContent.trim());
  form.querySelector('[aria-invalid="true"]').focus();
}

/** Wire the form of every record's page, also the one that a refresh brings. */
function setUpComment() {
  on('submit', 'form[data-comment]', sendComment, true);
  on('change', 'form[data-comment] [type=file]', (_, field) => judgeFiles(field.form));
}
