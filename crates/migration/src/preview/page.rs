use std::fmt::Write;

use html_escape::encode_text;

use super::Preview;
use crate::counted;

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Preview of an old chat</title>\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <style>body{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}section{border:1px solid #999;border-radius:.5rem;\
    padding:1rem;margin:1rem 0}time,small{color:#555;font-size:.85rem}p{white-space:pre-wrap;margin:.2rem 0 1rem}h2{margin:0}</style>\
    </head><body>\n<h1>Preview of an old chat</h1>\n<p>As the mapping reads it. Nothing was written.</p>\n";

impl Preview {
    /// As a page that stands by itself.
    pub fn to_page(&self) -> String {
        let mut page = HEAD.to_owned();
        for room in &self.rooms {
            let _ = writeln!(
                page,
                "<section><h2>{}</h2><small>{}, {}; in it: {}</small>",
                encode_text(&self.title(room)),
                room.kind,
                counted(room.count, "message"),
                encode_text(&self.people(room))
            );
            for said in &room.said {
                let _ = writeln!(
                    page,
                    "<div><strong>{}</strong> <time>{}</time></div><p>{}</p>",
                    encode_text(&self.author(said)),
                    self.time(said),
                    encode_text(&self.words(said))
                );
                for file in &said.files {
                    let _ = writeln!(
                        page,
                        "<p><small>file: {}</small></p>",
                        encode_text(&self.shown(file))
                    );
                }
                for reason in &said.found {
                    let _ = writeln!(
                        page,
                        "<p><small>{}: {}</small></p>",
                        reason.code(),
                        encode_text(reason.words())
                    );
                }
            }
            page.push_str("</section>\n");
        }
        page.push_str("</body></html>\n");
        page
    }
}
