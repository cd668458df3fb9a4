use std::io::Cursor;

use bytes::Bytes;
use domain::Picture;
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use ports::NewPicture;

use super::{Redrawn, colour, gif, jpeg, jpeg::Turned, moving, png_colour};

/// A photo of any phone; what unpacks to more is refused before it is unpacked.
pub(super) const MOST_PIXELS: u64 = 50_000_000;

/// Most bytes that all of a picture's work may take: a photo of 50 megapixels with three colours of eight
/// bits, and what is read and written with it.
pub(super) const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// Most bytes that what stands beside the pixels of a PNG may unpack to.
const MOST_NOTES: usize = 16 * 1024 * 1024;

/// Longest side of a picture, and of its thumbnail.
const LONGEST: u32 = 30_000;
const THUMBNAIL: u32 = 480;

const QUALITY: u8 = 90;
const THUMBNAIL_QUALITY: u8 = 80;

/// A kind of picture that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    Gif,
    Webp,
}

impl Format {
    pub(super) fn media_type(self) -> &'static str {
        self.format().to_mime_type()
    }

    fn format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Gif => ImageFormat::Gif,
            Self::Webp => ImageFormat::WebP,
        }
    }
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    Unreadable,
    TooManyPixels,
    /// Few enough pixels, in a form that takes too many bytes for each.
    TooMuchMemory,
}

/// The libraries' words are about the bytes; they help nobody.
pub(super) fn unreadable<E>(_: E) -> Broken {
    Broken::Unreadable
}

/// The facts in the head of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// Most bytes that redrawing it takes at any moment, beside what was sent.
    pub(super) memory: u64,
}

/// The memory that redrawing a picture will take, seen from its head.
pub(super) fn measure(format: Format, bytes: &[u8]) -> Result<Measure, Broken> {
    let (width, height, a_pixel) = match format {
        Format::Jpeg => {
            let frame = jpeg::frame(bytes).ok_or(Broken::Unreadable)?;
            let colours = u64::from(frame.components);
            let a_pixel = match (frame.components, frame.is_progressive) {
                // The inks, their colours, and what the decoder puts together.
                (4.., _) => 4 + 3 + 2 * colours,
                (_, true) => 3 * colours,
                (_, false) => colours,
            };
            (frame.width, frame.height, a_pixel)
        }
        Format::Png => {
            let reader = png_reader(bytes)?;
            let info = reader.info();
            let (colours, depth) = reader.output_color_type();
            let sample = if depth == png::BitDepth::Sixteen {
                2
            } else {
                1
            };
            let plain = colours.samples() as u64 * sample;
            // The encoder swaps the bytes of each sample in a copy, and one that is turned is copied too.
            let copies = if sample == 2 || info.exif_metadata.is_some() {
                2
            } else {
                1
            };
            let grown = if colours.samples() < 3 && info.icc_profile.is_some() {
                4 * sample
            } else {
                0
            };
            (info.width, info.height, plain * copies + grown)
        }
        Format::Gif | Format::Webp => {
            let reader = ImageReader::with_format(Cursor::new(bytes), format.format());
            let (width, height) = reader.into_dimensions().map_err(unreadable)?;
            // Film is put together on a canvas, and each frame unpacked beside it.
            let a_pixel = match format {
                Format::Gif => 12,
                _ if moving::is_moving(bytes) => 24,
                _ => 8,
            };
            (width, height, a_pixel)
        }
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width.max(height) > LONGEST || width.min(height) == 0 {
        return Err(Broken::TooManyPixels);
    }
    // What was sent may be held once more while it is read, and what is written is about as large.
    let memory = pixels * a_pixel + 2 * bytes.len() as u64;
    if memory > MOST_MEMORY {
        return Err(Broken::TooMuchMemory);
    }
    Ok(Measure { memory })
}

/// Decodes a picture, turns it as its camera was held, brings its colours to sRGB, and encodes it anew:
/// pixels go over, and nothing else. JPEG stays JPEG and PNG stays PNG, what moves keeps its frames, and
/// WebP, for which there is no small encoder, becomes one of the others.
pub(super) fn redraw(format: Format, bytes: &[u8]) -> Result<Redrawn, Broken> {
    let Measure { memory } = measure(format, bytes)?;
    let film = match format {
        Format::Gif => Some((gif::redraw(bytes)?, Format::Gif)),
        Format::Png if moving::is_moving(bytes) => Some((moving::redraw_png(bytes)?, Format::Png)),
        Format::Webp if moving::is_moving(bytes) => {
            Some((moving::redraw_webp(bytes)?, Format::Png))
        }
        _ => None,
    };
    if let Some((bytes, kept)) = film {
        let (first, _) = decode(kept, &bytes, memory)?;
        let ending = (format == Format::Webp).then_some("png");
        return redrawn(
            &first,
            Orientation::NoTransforms,
            kept.media_type(),
            ending,
            bytes,
        );
    }
    let (picture, turn) = decode(format, bytes, memory)?;
    let is_png = format == Format::Png || (format == Format::Webp && is_see_through(&picture));
    let is_renamed = format == Format::Webp;
    if is_png {
        let mut picture = picture;
        picture.apply_orientation(turn);
        let bytes = png(&picture).map_err(unreadable)?;
        let ending = is_renamed.then_some("png");
        redrawn(
            &picture,
            Orientation::NoTransforms,
            "image/png",
            ending,
            bytes,
        )
    } else {
        let bytes = jpeg(&picture, turn, QUALITY).map_err(unreadable)?;
        redrawn(
            &picture,
            turn,
            "image/jpeg",
            is_renamed.then_some("jpg"),
            bytes,
        )
    }
}

/// The pixels in sRGB, and how they are to be turned.
fn decode(
    format: Format,
    bytes: &[u8],
    memory: u64,
) -> Result<(DynamicImage, Orientation), Broken> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.format());
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(memory + MOST_NOTES as u64);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = match format {
        Format::Png => png_reader(bytes)
            .ok()
            .and_then(|reader| png_colour::profile(reader.info())),
        _ => {
            let icc = decoder.icc_profile().ok().flatten();
            match icc {
                Some(icc) => colour::profile(&icc),
                // Inks and grey have no such name.
                None if decoder.color_type().has_color() && !is_of_inks(format, bytes) => decoder
                    .exif_metadata()
                    .ok()
                    .flatten()
                    .and_then(colour::from_exif),
                None => None,
            }
        }
    };
    let has_inks = profile.is_some() && is_of_inks(format, bytes);
    if let Some(picture) = has_inks.then(|| jpeg::from_inks(bytes)).flatten() {
        return Ok((picture, turn));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(match profile {
        Some(profile) => (colour::to_srgb(picture, &profile), turn),
        None => (picture, turn),
    })
}

fn is_of_inks(format: Format, bytes: &[u8]) -> bool {
    format == Format::Jpeg && jpeg::frame(bytes).is_some_and(|frame| frame.components == 4)
}

/// A PNG up to its pixels.
pub(super) fn png_reader(bytes: &[u8]) -> Result<png::Reader<Cursor<&[u8]>>, Broken> {
    let limits = png::Limits { bytes: MOST_NOTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.read_info().map_err(unreadable)
}

fn redrawn(
    picture: &DynamicImage,
    turn: Orientation,
    media_type: &'static str,
    ending: Option<&'static str>,
    bytes: Vec<u8>,
) -> Result<Redrawn, Broken> {
    let (width, height) = Turned { picture, turn }.dimensions();
    let is_large = width.max(height) > THUMBNAIL;
    let mut small = if is_large {
        picture.thumbnail(THUMBNAIL, THUMBNAIL)
    } else {
        picture.clone()
    };
    small.apply_orientation(turn);
    let thumbnail = if is_see_through(&small) {
        png(&DynamicImage::ImageRgba8(small.into_rgba8()))
    } else {
        jpeg(&small, Orientation::NoTransforms, THUMBNAIL_QUALITY)
    };
    Ok(Redrawn {
        media_type,
        ending,
        bytes: bytes.into(),
        picture: NewPicture {
            size: Picture { width, height },
            thumbnail: Bytes::from(thumbnail.map_err(unreadable)?),
        },
    })
}

fn is_see_through(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|pixel| pixel[3] < 255),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().any(|pixel| pixel[1] < 255),
        other => other.color().has_alpha() && other.to_rgba8().pixels().any(|pixel| pixel[3] < 255),
    }
}

fn png(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes))?;
    Ok(bytes)
}

/// A JPEG has eight bits and is never see-through.
fn jpeg(picture: &DynamicImage, turn: Orientation, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    match (picture, turn) {
        (DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_), Orientation::NoTransforms) => {
            picture.write_with_encoder(encoder)?;
        }
        (DynamicImage::ImageLuma8(picture), _) => {
            encoder.encode_image(&Turned { picture, turn })?
        }
        (DynamicImage::ImageRgb8(picture), _) => encoder.encode_image(&Turned { picture, turn })?,
        (other, _) => {
            let picture = &other.to_rgb8();
            encoder.encode_image(&Turned { picture, turn })?;
        }
    }
    Ok(bytes)
}
