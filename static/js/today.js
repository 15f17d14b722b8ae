// The strip of what comes first: folded away it stays folded, on every board, until somebody opens it.

const YEAR = 365 * 24 * 3600;

/** Remember whether the strip is open; the server draws it so the next time. */
export function rememberFold() {
  document.addEventListener('toggle', event => {
    const name = event.target.dataset?.fold;
    if (name) document.cookie = `${name}=${event.target.open ? 'open' : 'folded'}; path=/; max-age=${YEAR}; samesite=lax`;
  }, true);
}
