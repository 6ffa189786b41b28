import { byId } from './dom.ts';

/** Calls `onPicture` with each picture that is chosen, dropped on the page or pasted, and `onNothing` for a drop without one. */
export function watchPictures(onPicture: (picture: File) => void, onNothing: () => void): void {
  const zone = byId('drop', HTMLElement);
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) onPicture(file);
    // Choosing the same file again is a change, too.
    input.value = '';
  });

  const highlight = (on: boolean) => zone.classList.toggle('over', on);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    highlight(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) highlight(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    highlight(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) onNothing();
    else onPicture(file);
  });
  document.addEventListener('paste', (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file !== undefined) onPicture(file);
  });
}
