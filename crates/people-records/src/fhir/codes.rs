use super::resources::CodeableConcept;

impl CodeableConcept {
    /// Whether one of its codes is this one, of any system.
    pub(super) fn has(&self, code: &str) -> bool {
        let mut codes = self
            .coding
            .iter()
            .filter_map(|coding| coding.code.as_deref());
        codes.any(|one| one == code)
    }

    /// The words for it: its text, else what the first coding that has any shows.
    pub(super) fn words(&self) -> Option<&str> {
        let shown = self
            .coding
            .iter()
            .filter_map(|coding| coding.display.as_deref());
        self.text
            .as_deref()
            .into_iter()
            .chain(shown)
            .find(|words| !domain::is_blank(words))
    }

    /// The words for it, or the bare code where nothing else is said.
    pub(super) fn words_or_code(&self) -> Option<&str> {
        let code = || self.coding.iter().find_map(|coding| coding.code.as_deref());
        self.words().or_else(code)
    }

    /// All that may name it in a mapping file, the most exact first: `system|code`, code, words.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for coding in &self.coding {
            if let (Some(system), Some(code)) = (&coding.system, &coding.code) {
                names.push(format!("{system}|{code}"));
            }
        }
        let codes = self.coding.iter().filter_map(|coding| coding.code.clone());
        let shown = self
            .coding
            .iter()
            .filter_map(|coding| coding.display.clone());
        names.extend(codes.chain(self.text.clone()).chain(shown));
        names
    }
}
