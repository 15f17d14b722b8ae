// Files for a record: that they are too large is said before they are sent. The rest htmx does
// (app/templates/record/_comment.html): whatever goes wrong, words and chosen files stay.

const ROOM = 64 * 1024; // what a form takes beside its files

/** Say beside the files that they are too large, or that they are not; nothing takes it away. */
function judgeFiles(field) {
  const size = [...field.files].reduce((sum, file) => sum + file.size, ROOM);
  const sentence = size > Number(field.form.dataset.largest) ? phrase('too_large') : '';
  const note = { class: 'error', id: 'comment-files-error', textContent: sentence };
  byId('comment-files-notes').replaceChildren(...sentence ? [make('p', note)] : []);
  field.setCustomValidity(sentence);
  field.ariaInvalid = sentence ? 'true' : null;
}

/** Wire the form of every record's page, also the one that a refresh brings. */
function setUpComment() {
  on('change', '#comment-files', (_, field) => judgeFiles(field));
  on('htmx:after:swap', '#comment', ({ detail: { ctx } }, form) => {
    if (!ctx.response.raw.ok) return;
    form.reset();
    document.activeElement.blur();
    say('done', phrase('commented'));
  });
}
