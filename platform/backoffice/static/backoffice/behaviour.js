// Support for keyboards and screen readers that unfold lacks.

const ICON = ".material-symbols-outlined";
const CLICKABLE = "[x-on\\:click]:not(a, button)";
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";
const LABELS = { dock_to_right: "Show or hide the menu", close: "Close" };

const supportKeyboard = () => {
    // Tab reaches every clickable element; the listener below makes it react to keys as well.
    for (const element of document.querySelectorAll(CLICKABLE)) {
        element.setAttribute("role", "button");
        element.tabIndex = 0;
        const label = LABELS[element.textContent.trim()];
        if (label) element.setAttribute("aria-label", label);
    }
    // Icons are words in a font; screen readers would read "warehouse Change stock".
    for (const icon of document.querySelectorAll(ICON)) {
        if (!icon.matches(CLICKABLE)) icon.setAttribute("aria-hidden", "true");
    }
};

// A dialog takes the focus, keeps it while it is open, and returns it.
let opener = null;

const focusDialog = (content) => {
    content.setAttribute("role", "dialog");
    content.setAttribute("aria-modal", "true");
    content.setAttribute("aria-label", content.querySelector("h1")?.textContent.trim() ?? "");
    opener = document.activeElement;
    requestAnimationFrame(() => [...content.querySelectorAll("form *")].find((element) => element.matches(FOCUSABLE))?.focus());
};

const trapFocus = (content, event) => {
    const elements = content.querySelectorAll(FOCUSABLE);
    const [first, last] = [elements[0], elements[elements.length - 1]];
    if (document.activeElement !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
};

document.addEventListener("DOMContentLoaded", () => {
    supportKeyboard();
    const overlay = document.getElementById("modal-overlay");
    const content = document.getElementById("modal-content");
    if (!content) return;
    content.addEventListener("keydown", (event) => event.key === "Tab" && trapFocus(content, event));
    const restoreFocus = () => overlay.style.display === "none" && opener?.focus();
    new MutationObserver(restoreFocus).observe(overlay, { attributeFilter: ["style"] });
});

document.addEventListener("htmx:afterSettle", (event) => {
    supportKeyboard();
    if (["dialog", "modal-content"].includes(event.target.id)) focusDialog(document.getElementById("modal-content"));
});

document.addEventListener("keydown", (event) => {
    if (!["Enter", " "].includes(event.key) || !event.target.matches(CLICKABLE)) return;
    event.preventDefault();
    event.target.click();
});
