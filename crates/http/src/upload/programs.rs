//! Files that a computer runs when somebody opens them. No doctor sends one to another; who wants to
//! have one on many computers does.

use domain::FileName;

use super::archive;

/// Endings of what Windows, macOS, Linux and Android run or install on a double click.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    // Programs, their parts, and what installs them.
    "exe", "com", "scr", "pif", "cpl", "dll", "ocx", "sys", "drv", "msi", "msix", "msixbundle", "msp", "mst",
    "appx", "appxbundle", "application", "gadget", "jar", "jnlp", "apk", "xapk", "aab", "ipa", "app", "dmg", "pkg",
    "mpkg", "deb", "rpm", "appimage", "run", "xll", "wll", "crx",
    // Scripts.
    "bat", "cmd", "ps1", "ps1xml", "ps2", "psc1", "psc2", "psd1", "psm1", "vb", "vbs", "vbe", "vbscript", "js", "jse",
    "mjs", "ws", "wsf", "wsh", "wsc", "sct", "hta", "msh", "reg", "inf", "sh", "bash", "csh", "ksh", "zsh", "command",
    "py", "pyw", "pyc", "pyz", "pl", "rb", "php", "lua", "ahk", "au3", "applescript", "scpt", "workflow",
    // What leads to one.
    "lnk", "url", "scf", "desktop", "webloc", "website", "settingcontent-ms", "library-ms", "search-ms",
    "appref-ms", "msc", "chm", "hlp", "vhd", "vhdx",
];

/// Why a file is one that is run, in words that complete "this file"; none when it is not.
pub(super) fn why(name: &FileName, media_type: &str, bytes: &[u8]) -> Option<&'static str> {
    let by_name = || {
        let ending = name.ending();
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    };
    if is_program(media_type, bytes) || by_name() {
        Some("is a program or a script, which cannot be sent here")
    } else {
        None
    }
}

/// By its content, whatever it is called.
fn is_program(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "application/vnd.microsoft.portable-executable"
        | "application/x-executable"
        | "application/x-mach-binary"
        | "application/java"
        | "application/wasm"
        | "application/x-llvm"
        | "application/vnd.android.dex"
        | "application/vnd.android.dey"
        | "application/x-google-chrome-extension"
        | "application/vnd.debian.binary-package"
        | "application/x-rpm"
        | "text/x-shellscript" => true,
        "application/zip" => archive::is_program(bytes),
        // Too short for what is known of them, or a shortcut of Windows.
        "application/octet-stream" => {
            bytes.starts_with(b"MZ")
                || bytes.starts_with(b"\x4c\0\0\0\x01\x14\x02\0")
                || bytes.starts_with(b"\x7fELF")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upload::{Kind, archive::tests::archive};

    #[track_caller]
    fn is_refused(name: &str, bytes: &[u8]) -> bool {
        let name = FileName::parse(name).unwrap();
        why(&name, Kind::of(bytes).media_type(), bytes).is_some()
    }

    #[test]
    fn a_program_is_one_whatever_it_is_called() {
        let elf = [&b"\x7fELF\x02\x01\x01"[..], &[0; 60]].concat();
        let jar = archive(&["META-INF/MANIFEST.MF", "Main.class"]);
        let contents: [&[u8]; 8] = [
            b"MZ\x90\0\x03\0\0\0",
            &elf,
            b"\xcf\xfa\xed\xfe\x07\0\0\x01",
            b"\xca\xfe\xba\xbe\0\0\0\x34",
            b"#!/bin/sh\nrm -rf /",
            b"\x4c\0\0\0\x01\x14\x02\0\0\0",
            &jar,
            &archive(&["AndroidManifest.xml", "classes.dex"]),
        ];
        for bytes in contents {
            assert!(is_refused("letter.pdf", bytes), "{bytes:?}");
        }
        for name in [
            "setup.EXE",
            "a.pdf.exe",
            "a.exe.",
            "a.exe::$DATA",
            "fdp\u{202e}.exe",
            "x.bat",
            "x.cmd",
            "x.ps1",
            "x.js",
            "x.vbs",
            "x.hta",
            "x.lnk",
            "x.msi",
            "x.jar",
            "x.apk",
            "x.scr",
            "x.desktop",
        ] {
            assert!(is_refused(name, b"rem"), "{name}");
        }
    }

    #[test]
    fn what_a_doctor_sends_is_none() {
        let word = archive(&[
            "[Content_Types].xml",
            "word/document.xml",
            "word/vbaProject.bin",
        ]);
        for (name, bytes) in [
            ("MZ twins.txt", &b"MZ twins, 32 weeks"[..]),
            ("letter.docx", &word),
            ("scans.zip", &archive(&["a.png", "META-INF/manifest.xml"])),
            ("letter.pdf", b"%PDF-1.7\n\x01"),
            ("exe", b"words"),
            ("scan.bin", &[0; 40]),
            ("page.html", b"<!doctype html><script>1</script>"),
        ] {
            assert!(!is_refused(name, bytes), "{name}");
        }
    }
}
