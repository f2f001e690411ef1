// What unfold leaves out for those who work by keyboard, or hear the page instead of seeing it.

const ICON = ".material-symbols-outlined";
const PRESSABLE = "[x-on\\:click]:not(a, button)";
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";
const NAMES = { dock_to_right: "Show or hide the menu", close: "Close" };

const mend = () => {
    // What answers a click is reached by Tab; the listener below lets it answer keys as well.
    for (const place of document.querySelectorAll(PRESSABLE)) {
        place.setAttribute("role", "button");
        place.tabIndex = 0;
        const name = NAMES[place.textContent.trim()];
        if (name) place.setAttribute("aria-label", name);
    }
    // Icons are words in a font, which would be read out: "warehouse Change stock".
    for (const icon of document.querySelectorAll(ICON)) {
        if (!icon.matches(PRESSABLE)) icon.setAttribute("aria-hidden", "true");
    }
};

// A dialog takes the focus, keeps it while it is open, and gives it back.
let opener = null;

const enterDialog = (content) => {
    content.setAttribute("role", "dialog");
    content.setAttribute("aria-modal", "true");
    content.setAttribute("aria-label", content.querySelector("h1")?.textContent.trim() ?? "");
    opener = document.activeElement;
    requestAnimationFrame(() => [...content.querySelectorAll("form *")].find((place) => place.matches(FOCUSABLE))?.focus());
};

const keepInside = (content, event) => {
    const places = content.querySelectorAll(FOCUSABLE);
    const [first, last] = [places[0], places[places.length - 1]];
    if (document.activeElement !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
};

document.addEventListener("DOMContentLoaded", () => {
    mend();
    const overlay = document.getElementById("modal-overlay");
    const content = document.getElementById("modal-content");
    if (!content) return;
    content.addEventListener("keydown", (event) => event.key === "Tab" && keepInside(content, event));
    const giveBack = () => overlay.style.display === "none" && opener?.focus();
    new MutationObserver(giveBack).observe(overlay, { attributeFilter: ["style"] });
});

document.addEventListener("htmx:afterSettle", (event) => {
    mend();
    if (["dialog", "modal-content"].includes(event.target.id)) enterDialog(document.getElementById("modal-content"));
});

document.addEventListener("keydown", (event) => {
    if (!["Enter", " "].includes(event.key) || !event.target.matches(PRESSABLE)) return;
    event.preventDefault();
    event.target.click();
});
