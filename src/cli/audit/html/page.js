
// Escape and a click elsewhere close the open cell. Without this script a second click on it does.
const close = except => document.querySelectorAll("details[open]").forEach(cell => {
  if (cell !== except) cell.open = false;
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[open]");
    close();
    open?.querySelector("summary").focus();
  }
});
document.addEventListener("click", event => close(event.target.closest("details")));
