// The pages of a site: what they can do beyond their markup, by document.body.dataset.page.
export {};
