// Properties of an element that are attributes, too, and those that a host set before the element was known.

/**
 * Make properties of attributes: null where the attribute is absent or empty, or what it stands for then.
 * @param {typeof HTMLElement} element
 * @param {string[]} names
 * @param {Record<string, string>} absent what a name stands for where it is absent
 */
export function reflect(element, names, absent = {}) {
  for (const name of names) {
    define(element, name, {
      get() {
        return this.getAttribute(name) || (absent[name] ?? null);
      },
      set(value) {
        if (value === null || value === undefined || value === "") this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
}

/** Make a property that is true while its attribute is there. */
export function reflectFlag(element, name, attribute = name) {
  define(element, name, {
    get() {
      return this.hasAttribute(attribute);
    },
    set(value) {
      this.toggleAttribute(attribute, Boolean(value));
    },
  });
}

/** What a host set before the element was defined lies on it as plain properties, which hide the real ones: set it again. */
export function takeEarly(element, names) {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

function define(element, name, accessors) {
  Object.defineProperty(element.prototype, name, { configurable: true, enumerable: true, ...accessors });
}
