//! Pictures for the press, of four inks.

use super::{
    Format,
    colours::{SIDE, assert_near, shown, with_icc},
};

/// The profile of a press: what each of the sixteen mixtures of full inks looks like, in Lab.
pub(super) fn press() -> Vec<u8> {
    let lab = |[cyan, magenta, yellow, black]: [usize; 4]| match (black, cyan, magenta, yellow) {
        (1, ..) => (16, 0, 0),
        (_, 0, 0, 0) => (100, 0, 0),
        (_, 1, 0, 0) => (55, -37, -50),
        (_, 0, 1, 0) => (48, 74, -3),
        (_, 0, 0, 1) => (89, -5, 93),
        (_, 0, 1, 1) => (47, 68, 48),
        (_, 1, 0, 1) => (50, -65, 27),
        (_, 1, 1, 0) => (24, 22, -46),
        _ => (23, 0, 0),
    };
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for number in 0..9 {
        table.extend(if number % 4 == 0 { 0x1_0000_u32 } else { 0 }.to_be_bytes());
    }
    let ramp: Vec<u8> = (0..=255).collect();
    table.extend(ramp.repeat(4));
    for mixture in 0..16 {
        let (light, a, b) = lab([3, 2, 1, 0].map(|bit| mixture >> bit & 1));
        table.extend([(light * 255 / 100) as u8, (a + 128) as u8, (b + 128) as u8]);
    }
    table.extend(ramp.repeat(3));
    let mut icc = vec![0; 128];
    icc[8..12].copy_from_slice(&[2, 0x10, 0, 0]);
    icc[12..24].copy_from_slice(b"prtrCMYKLab ");
    icc[24..36].copy_from_slice(&[7, 0xe8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    icc[36..40].copy_from_slice(b"acsp");
    icc[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    icc.extend(1_u32.to_be_bytes());
    icc.extend(b"A2B0");
    icc.extend(144_u32.to_be_bytes());
    icc.extend(u32::try_from(table.len()).unwrap().to_be_bytes());
    icc.extend(table);
    let length = u32::try_from(icc.len()).unwrap();
    icc[..4].copy_from_slice(&length.to_be_bytes());
    icc
}

/// A JPEG of one mixture of four inks, stored as Adobe's programs do: how much of each is missing, as it is
/// (0) or the first three as YCbCr of what is left (2).
fn inks(amounts: [u8; 4], transform: u8, icc: Option<&[u8]>) -> Vec<u8> {
    let [cyan, magenta, yellow, black] = amounts.map(f32::from);
    let stored = if transform == 0 {
        [cyan, magenta, yellow, black].map(|amount| 255.0 - amount)
    } else {
        let luma = 0.299 * cyan + 0.587 * magenta + 0.114 * yellow;
        let (blue, red) = (
            (yellow - luma) / 1.772 + 128.0,
            (cyan - luma) / 1.402 + 128.0,
        );
        [luma, blue, red, 255.0 - black]
    };
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    };
    // Each block is its mean alone, as a number of so many bits, and the end of the block.
    let mut bits = Vec::new();
    let mut put =
        |number: u32, count: u32| bits.extend((0..count).rev().map(|bit| number >> bit & 1));
    for block in 0..(SIDE / 8) * (SIDE / 8) {
        for value in stored {
            let mean = if block == 0 {
                ((value - 128.0) * 8.0).round() as i32
            } else {
                0
            };
            let count = 32 - mean.unsigned_abs().leading_zeros();
            put(count, 4);
            put(
                if mean < 0 {
                    (mean - 1) as u32
                } else {
                    mean as u32
                },
                count,
            );
            put(0, 1);
        }
    }
    bits.resize(bits.len().next_multiple_of(8), 1);
    let scan = bits
        .chunks(8)
        .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | *bit as u8));
    let scan: Vec<u8> = scan
        .flat_map(|byte| {
            if byte == 0xff {
                vec![0xff, 0]
            } else {
                vec![byte]
            }
        })
        .collect();
    let side = SIDE.to_be_bytes();
    let frame = [
        &[8, side[2], side[3], side[2], side[3], 4][..],
        &[1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0],
    ];
    // Twelve codes of four bits; one of one bit.
    let means = [
        &[0, 0, 0, 0, 12][..],
        &[0; 12],
        &(0..12).collect::<Vec<u8>>(),
    ]
    .concat();
    let ends = [&[0x10, 1][..], &[0; 15], &[0]].concat();
    let jpeg = [
        vec![0xff, 0xd8],
        segment(0xee, &[&b"Adobe\0\x64\0\0\0\0"[..], &[transform]].concat()),
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(0xc0, &frame.concat()),
        segment(0xc4, &means),
        segment(0xc4, &ends),
        segment(0xda, &[4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]),
        scan,
        vec![0xff, 0xd9],
    ]
    .concat();
    icc.map_or(jpeg.clone(), |icc| with_icc(&jpeg, icc, 60_000))
}

#[test]
fn inks_are_shown_as_their_press_prints_them() {
    let press = press();
    for transform in [0, 2] {
        for (amounts, expected) in [
            ([0, 255, 0, 0], [216, 10, 122]),
            ([0, 255, 255, 0], [215, 29, 36]),
            ([0, 0, 0, 0], [255, 255, 255]),
        ] {
            assert_near(
                shown(Format::Jpeg, &inks(amounts, transform, Some(&press))),
                expected,
                6,
            );
        }
        // Without a profile, or with one that is none, they are taken for ideal ones.
        let broken = &press[..200];
        for icc in [None, Some(broken)] {
            let picture = inks([0, 255, 255, 0], transform, icc);
            assert_near(shown(Format::Jpeg, &picture), [255, 0, 0], 3);
        }
    }
}
