//! Colours as they were meant: what a picture's profile says is worked into its pixels, so that it can be
//! shown without one, as sRGB.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use image::{DynamicImage, ImageBuffer, Pixel};
use moxcms::{
    CmsError, ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformExecutor,
    TransformOptions,
};

/// A profile is worked through once a picture, and the largest real ones have about two MB.
const LARGEST_PROFILE: usize = 8 * 1024 * 1024;

/// How far a colour may be off, of 255, without being worth a conversion.
const UNSEEN: u8 = 1;

/// The profile in an ICC block; none when it is broken.
pub(super) fn profile(icc: &[u8]) -> Option<ColorProfile> {
    if icc.len() > LARGEST_PROFILE {
        return None;
    }
    // The library is fed by strangers here, and a picture is worth more than its profile.
    let read = catch_unwind(|| ColorProfile::new_from_slice(icc));
    read.ok()?.ok()
}

/// The profile that a camera names in its Exif notes (CIPA DC-008, 4.6.7) where it leaves none: Adobe RGB is the
/// only one beside sRGB that has a name there.
pub(super) fn from_exif(exif: Vec<u8>) -> Option<ColorProfile> {
    let read = catch_unwind(|| exif::Reader::new().read_raw(exif).ok());
    let notes = read.ok().flatten()?;
    let index = notes.get_field(exif::Tag::InteroperabilityIndex, exif::In::PRIMARY)?;
    let space = notes.get_field(exif::Tag::ColorSpace, exif::In::PRIMARY);
    // A program that made it sRGB may have left the camera's index.
    let is_srgb = space.is_some_and(|space| space.value.get_uint(0) == Some(1));
    let is_adobe_rgb =
        !is_srgb && matches!(&index.value, exif::Value::Ascii(words) if words.concat() == b"R03");
    is_adobe_rgb.then(ColorProfile::new_adobe_rgb)
}

/// The picture as sRGB. A profile that is broken, absurd or of another kind of picture changes nothing.
pub(super) fn to_srgb(picture: DynamicImage, profile: &ColorProfile) -> DynamicImage {
    let picture = match (&picture, profile.color_space) {
        // Grey that a profile of colours tints or, mostly, only makes lighter or darker.
        (DynamicImage::ImageLuma8(_), DataColorSpace::Rgb) => picture.into_rgb8().into(),
        (DynamicImage::ImageLumaA8(_), DataColorSpace::Rgb) => picture.into_rgba8().into(),
        (DynamicImage::ImageLuma16(_), DataColorSpace::Rgb) => picture.into_rgb16().into(),
        (DynamicImage::ImageLumaA16(_), DataColorSpace::Rgb) => picture.into_rgba16().into(),
        _ => picture,
    };
    let mut picture = picture;
    let is_grey = profile.color_space == DataColorSpace::Gray;
    let is_colour = profile.color_space == DataColorSpace::Rgb;
    match &mut picture {
        DynamicImage::ImageLuma8(pixels) if is_grey => convert(pixels, profile, Layout::Gray),
        DynamicImage::ImageLumaA8(pixels) if is_grey => convert(pixels, profile, Layout::GrayAlpha),
        DynamicImage::ImageRgb8(pixels) if is_colour => convert(pixels, profile, Layout::Rgb),
        DynamicImage::ImageRgba8(pixels) if is_colour => convert(pixels, profile, Layout::Rgba),
        DynamicImage::ImageLuma16(pixels) if is_grey => convert(pixels, profile, Layout::Gray),
        DynamicImage::ImageLumaA16(pixels) if is_grey => {
            convert(pixels, profile, Layout::GrayAlpha);
        }
        DynamicImage::ImageRgb16(pixels) if is_colour => convert(pixels, profile, Layout::Rgb),
        DynamicImage::ImageRgba16(pixels) if is_colour => convert(pixels, profile, Layout::Rgba),
        _ => {}
    }
    picture
}

/// The transform from a profile to sRGB, or to the grey of sRGB for one of grey.
pub(super) fn transform<S: Sample>(profile: &ColorProfile, layout: Layout) -> Option<S::Transform> {
    let srgb = ColorProfile::new_srgb();
    let (target, target_layout) = match layout {
        Layout::Gray | Layout::GrayAlpha => (grey_of(&srgb), layout),
        // Four inks become three colours.
        Layout::Rgba if profile.color_space == DataColorSpace::Cmyk => (srgb, Layout::Rgb),
        _ => (srgb, layout),
    };
    let options = TransformOptions {
        rendering_intent: RenderingIntent::Perceptual,
        allow_use_cicp_transfer: false,
        ..TransformOptions::default()
    };
    let made = || S::transform(profile, layout, &target, target_layout, options).ok();
    catch_unwind(AssertUnwindSafe(made)).ok().flatten()
}

fn grey_of(srgb: &ColorProfile) -> ColorProfile {
    let mut grey = ColorProfile::new_gray_with_gamma(2.2);
    grey.gray_trc.clone_from(&srgb.red_trc);
    grey
}

/// Eight or sixteen bits of one colour.
pub(super) trait Sample: Copy + Default {
    type Transform: Deref<Target: TransformExecutor<Self>>;

    /// The sample that stands for a share of 255.
    fn wide(of_255: u8) -> Self;
    /// The nearest share of 255.
    fn narrow(self) -> u8;

    fn transform(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
        options: TransformOptions,
    ) -> Result<Self::Transform, CmsError>;
}

impl Sample for u8 {
    type Transform = Arc<moxcms::Transform8BitExecutor>;

    fn wide(of_255: u8) -> Self {
        of_255
    }

    fn narrow(self) -> u8 {
        self
    }

    fn transform(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
        options: TransformOptions,
    ) -> Result<Self::Transform, CmsError> {
        from.create_transform_8bit(from_layout, to, to_layout, options)
    }
}

impl Sample for u16 {
    type Transform = Arc<moxcms::Transform16BitExecutor>;

    fn wide(of_255: u8) -> Self {
        u16::from_be_bytes([of_255, of_255])
    }

    fn narrow(self) -> u8 {
        self.to_be_bytes()[0]
    }

    fn transform(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
        options: TransformOptions,
    ) -> Result<Self::Transform, CmsError> {
        from.create_transform_16bit(from_layout, to, to_layout, options)
    }
}

/// Converts row by row, so that a large picture is held once.
fn convert<P>(pixels: &mut ImageBuffer<P, Vec<P::Subpixel>>, profile: &ColorProfile, layout: Layout)
where
    P: Pixel<Subpixel: Sample>,
{
    let Some(transform) = transform::<P::Subpixel>(profile, layout) else {
        return;
    };
    let row_length = pixels.width() as usize * layout.channels();
    let work = || {
        if !is_worth_it(&*transform, layout) {
            return;
        }
        let mut row_before = vec![P::Subpixel::default(); row_length];
        for row in pixels.chunks_exact_mut(row_length) {
            row_before.copy_from_slice(row);
            if transform.transform(&row_before, row).is_err() {
                row.copy_from_slice(&row_before);
            }
        }
    };
    // One that stops half way leaves the rest as it was.
    let _ = catch_unwind(AssertUnwindSafe(work));
}

/// Whether a transform is one between colours that people see, and changes any. One that shows white as
/// dark, or white and black as the same, is none.
fn is_worth_it<S: Sample>(
    transform: &(impl TransformExecutor<S> + ?Sized),
    layout: Layout,
) -> bool {
    let channels = layout.channels();
    let steps = [0_u8, 51, 102, 153, 204, 255];
    let mut asked = Vec::new();
    let colours = if layout.has_alpha() {
        channels - 1
    } else {
        channels
    };
    let count = steps.len().pow(u32::try_from(colours).unwrap_or(0));
    for number in 0..count {
        let mut rest = number;
        for channel in 0..channels {
            let step = if channel < colours {
                steps[rest % steps.len()]
            } else {
                255
            };
            rest /= steps.len();
            asked.push(S::wide(step));
        }
    }
    let mut answered = vec![S::default(); asked.len()];
    if transform.transform(&asked, &mut answered).is_err() {
        return false;
    }
    let (black, white) = (&answered[..colours], &answered[asked.len() - channels..]);
    let is_sane = black.iter().zip(white).all(|(black, white)| {
        let (black, white) = (black.narrow(), white.narrow());
        white > 128 && white.saturating_sub(black) > 64
    });
    let mut differences = asked.iter().zip(&answered);
    is_sane
        && differences.any(|(asked, answered)| asked.narrow().abs_diff(answered.narrow()) > UNSEEN)
}
