//! Facts of a JPEG beside its pixels: how much it takes to decode one, and those of four inks.

use image::{DynamicImage, GenericImageView, Pixel, RgbImage, metadata::Orientation};
use moxcms::{DataColorSpace, Layout};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::colour;

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u8,
    /// Its parts come one after the other and are put together in memory.
    pub(super) is_progressive: bool,
}

/// The head of the frame of a JPEG (ITU-T T.81, B.2.2).
pub(super) fn frame(bytes: &[u8]) -> Option<Frame> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xff {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let head = bytes.get(at + 4..at + 10)?;
                let side = |high: usize| u32::from(head[high]) << 8 | u32::from(head[high + 1]);
                return Some(Frame {
                    height: side(1),
                    width: side(3),
                    components: head[5],
                    is_progressive: marker & 3 == 2,
                });
            }
            _ => {
                let length = bytes.get(at + 2..at + 4)?;
                at += 2 + (usize::from(length[0]) << 8 | usize::from(length[1])).max(2);
            }
        }
    }
}

/// A picture of four inks with a profile that says what they look like, as sRGB; none without one.
pub(super) fn from_inks(bytes: &[u8]) -> Option<DynamicImage> {
    let mut headers = JpegDecoder::new(ZCursor::new(bytes));
    headers.decode_headers().ok()?;
    let coding = headers.input_colorspace()?;
    if !matches!(coding, ColorSpace::CMYK | ColorSpace::YCCK) {
        return None;
    }
    let profile = colour::profile(&headers.icc_profile()?)?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let transform = colour::transform::<u8>(&profile, Layout::Rgba)?;
    let (width, height) = headers.dimensions()?;
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_out_colorspace(coding);
    let mut inks = JpegDecoder::new_with_options(ZCursor::new(bytes), options)
        .decode()
        .ok()?;
    if width == 0 || inks.len() != width * height * 4 {
        return None;
    }
    let mut shown = vec![0; width * height * 3];
    let rows = inks
        .chunks_exact_mut(width * 4)
        .zip(shown.chunks_exact_mut(width * 3));
    for (inks, shown) in rows {
        inks.as_chunks_mut()
            .0
            .iter_mut()
            .for_each(|ink| amounts(ink, coding));
        transform.transform(inks, shown).ok()?;
    }
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    RgbImage::from_raw(width, height, shown).map(DynamicImage::ImageRgb8)
}

/// How much of each ink there is. Adobe's programs, and so all others, store how much is missing, and the
/// first three either so or as the YCbCr of what is left
/// (<https://www.itu.int/rec/T-REC-T.872-201206-I/en>, 6.1).
fn amounts(ink: &mut [u8; 4], coding: ColorSpace) {
    if coding == ColorSpace::YCCK {
        let [luma, blue, red, _] = ink.map(f32::from);
        let (blue, red) = (blue - 128.0, red - 128.0);
        ink[0] = rounded(luma + 1.402 * red);
        ink[1] = rounded(luma - 0.344_136 * blue - 0.714_136 * red);
        ink[2] = rounded(luma + 1.772 * blue);
    } else {
        ink[..3]
            .iter_mut()
            .for_each(|missing| *missing = 255 - *missing);
    }
    ink[3] = 255 - ink[3];
}

fn rounded(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// A picture as its camera was held, without a copy of it.
pub(super) struct Turned<'a, I> {
    pub(super) picture: &'a I,
    pub(super) turn: Orientation,
}

impl<I> GenericImageView for Turned<'_, I>
where
    I: GenericImageView<Pixel: Pixel>,
{
    type Pixel = I::Pixel;

    fn dimensions(&self) -> (u32, u32) {
        let (width, height) = self.picture.dimensions();
        match self.turn {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }

    fn get_pixel(&self, x: u32, y: u32) -> I::Pixel {
        let (width, height) = self.picture.dimensions();
        let (right, bottom) = (width - 1, height - 1);
        let (x, y) = match self.turn {
            Orientation::NoTransforms => (x, y),
            Orientation::Rotate90 => (y, bottom - x),
            Orientation::Rotate180 => (right - x, bottom - y),
            Orientation::Rotate270 => (right - y, x),
            Orientation::FlipHorizontal => (right - x, y),
            Orientation::FlipVertical => (x, bottom - y),
            Orientation::Rotate90FlipH => (y, x),
            Orientation::Rotate270FlipH => (right - y, bottom - x),
        };
        self.picture.get_pixel(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_turned_without_a_copy() {
        let picture = RgbImage::from_fn(5, 3, |x, y| {
            image::Rgb([1, 2, 3].map(|c: u8| c * 9 + (x * 7 + y) as u8))
        });
        for exif in 1..=8 {
            let turn = Orientation::from_exif(exif).unwrap();
            let mut copied = DynamicImage::ImageRgb8(picture.clone());
            copied.apply_orientation(turn);
            let turned = Turned {
                picture: &picture,
                turn,
            };
            assert_eq!(turned.dimensions(), copied.dimensions(), "{exif}");
            let copied = copied.to_rgb8();
            for (x, y, pixel) in turned.pixels() {
                assert_eq!(pixel, *copied.get_pixel(x, y), "{exif}: {x}, {y}");
            }
        }
    }
}
