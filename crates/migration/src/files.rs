use std::{
    path::{Component, Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{Reason, record::Content};

/// So many folders are looked into for a file that is missing.
const MOST_FOLDERS: usize = 50;

/// The folder of the old application's files, when one was given.
#[derive(Clone, Debug, Default)]
pub struct Files {
    root: Option<PathBuf>,
    /// A folder in it in which a file lies that is missing where it should be.
    deeper: Arc<OnceLock<String>>,
}

impl Files {
    /// Files under a folder.
    ///
    /// # Errors
    /// When it is no folder that can be read.
    pub fn under(folder: &Path) -> std::io::Result<Self> {
        let root = folder.canonicalize()?;
        std::fs::read_dir(&root)?;
        Ok(Self {
            root: Some(root),
            deeper: Arc::default(),
        })
    }

    /// Whether a folder was given.
    pub(crate) fn are_given(&self) -> bool {
        self.root.is_some()
    }

    /// Finds the content that a stored path leads to. Nothing is fetched, and nothing outside the folder is looked at,
    /// not even through a link.
    pub(crate) fn look(&self, stored: &str) -> Content {
        let stored = stored.trim();
        let lower = stored.to_ascii_lowercase();
        if lower.contains("://") || lower.starts_with("data:") || stored.len() > 1_024 {
            return Content::Placeholder(Reason::FileElsewhere);
        }
        let path = stored.replace('\\', "/");
        let relative = Path::new(path.trim_start_matches('/'));
        if relative
            .components()
            .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
        {
            return Content::Placeholder(Reason::FileOutside);
        }
        let Some(root) = &self.root else {
            return Content::Placeholder(Reason::FileMissing);
        };
        match root.join(relative).canonicalize() {
            Ok(real) if !real.starts_with(root) => Content::Placeholder(Reason::FileOutside),
            Ok(real) if real.is_file() => Content::At(real),
            _ => {
                self.look_deeper(root, relative);
                Content::Placeholder(Reason::FileMissing)
            }
        }
    }

    /// Notes a folder that should have been given in place of this one.
    fn look_deeper(&self, root: &Path, relative: &Path) {
        if self.deeper.get().is_some() {
            return;
        }
        let folders = std::fs::read_dir(root).into_iter().flatten().flatten();
        let has = |folder: &std::fs::DirEntry| folder.path().join(relative).is_file();
        let mut names = folders
            .take(MOST_FOLDERS)
            .filter(has)
            .filter_map(|folder| folder.file_name().into_string().ok());
        if let Some(name) = names.next() {
            // Another may have been noted meanwhile; one is enough.
            let _ = self.deeper.set(name);
        }
    }

    /// A folder in the one that was given in which missing files lie.
    pub(crate) fn deeper(&self) -> Option<&str> {
        self.deeper.get().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_is_in_the_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("in/ecg.png"), "x").unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("secret"), folder.path().join("in/link"))
            .unwrap();
        let files = Files::under(&folder.path().join("in")).unwrap();
        assert!(matches!(files.look("/ecg.png"), Content::At(_)));
        for (stored, reason) in [
            ("../secret", Reason::FileOutside),
            ("a/../../secret", Reason::FileOutside),
            ("..\\secret", Reason::FileOutside),
            ("link", Reason::FileOutside),
            ("gone.png", Reason::FileMissing),
            ("https://files.example/ecg.png", Reason::FileElsewhere),
            ("data:image/png;base64,AAAA", Reason::FileElsewhere),
        ] {
            assert_eq!(files.look(stored), Content::Placeholder(reason), "{stored}");
        }
    }

    proptest! {
        #[test]
        fn no_path_leads_out(stored in any::<String>()) {
            let folder = tempfile::tempdir().unwrap();
            let files = Files::under(folder.path()).unwrap();
            prop_assert!(matches!(files.look(&stored), Content::Placeholder(_)));
        }
    }
}
