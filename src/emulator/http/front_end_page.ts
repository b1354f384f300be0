/**
 * The HTML pages that Google's front end returns for URLs without a service.
 *
 * @module
 */

const TEXTS: Readonly<Record<404 | 405, string>> = {
  404: "The requested URL was not found on this server.",
  405: "The request method is inappropriate for the URL.",
};

/** Returns the page for an HTTP status. */
export function frontEndPage(status: 404 | 405): Response {
  const page = `<!DOCTYPE html>\n<html lang=en>\n<title>Error ${status}</title>\n` +
    `<p><b>${status}.</b> <ins>That’s an error.</ins>\n<p>${TEXTS[status]} ` +
    "<ins>That’s all we know.</ins>\n";
  return new Response(page, { status, headers: { "content-type": "text/html; charset=UTF-8" } });
}
