use std::io::Cursor;

use bytes::Bytes;
use domain::Picture;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use ports::NewPicture;

use super::{Redrawn, gif};

/// A photo of any phone; what unpacks to more is refused before it is unpacked.
pub(super) const MOST_PIXELS: u64 = 50_000_000;

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
}

/// The libraries' words are about the bytes; they help nobody.
fn unreadable<E>(_: E) -> Broken {
    Broken::Unreadable
}

/// What a picture says that it measures.
pub(super) fn measure(format: Format, bytes: &[u8]) -> Result<Picture, Broken> {
    let reader = ImageReader::with_format(Cursor::new(bytes), format.format());
    let (width, height) = reader.into_dimensions().map_err(unreadable)?;
    let fits = u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits && width.max(height) <= LONGEST && width.min(height) > 0 {
        Ok(Picture { width, height })
    } else {
        Err(Broken::TooManyPixels)
    }
}

/// Decodes a picture, turns it as its camera was held, and encodes it anew: pixels go over, and
/// nothing else. JPEG stays JPEG and PNG stays PNG, GIFs keep their frames, and WebP, for which there
/// is no small encoder, becomes one of the others.
pub(super) fn redraw(format: Format, bytes: &[u8]) -> Result<Redrawn, Broken> {
    measure(format, bytes)?;
    if format == Format::Gif {
        let bytes = gif::redraw(bytes)?;
        let first = decode(Format::Gif, &bytes)?;
        return redrawn(first, "image/gif", None, bytes);
    }
    let picture = decode(format, bytes)?;
    let is_png = format == Format::Png || (format == Format::Webp && is_see_through(&picture));
    let is_renamed = format == Format::Webp;
    if is_png {
        let bytes = png(&picture).map_err(unreadable)?;
        redrawn(picture, "image/png", is_renamed.then_some("png"), bytes)
    } else {
        let bytes = jpeg(&picture, QUALITY).map_err(unreadable)?;
        redrawn(picture, "image/jpeg", is_renamed.then_some("jpg"), bytes)
    }
}

fn decode(format: Format, bytes: &[u8]) -> Result<DynamicImage, Broken> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.format());
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    // Four bytes of up to 16 bits a pixel.
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let turned = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    if let Ok(turned) = turned {
        picture.apply_orientation(turned);
    }
    Ok(picture)
}

fn redrawn(
    picture: DynamicImage,
    media_type: &'static str,
    ending: Option<&'static str>,
    bytes: Vec<u8>,
) -> Result<Redrawn, Broken> {
    let size = Picture {
        width: picture.width(),
        height: picture.height(),
    };
    let small = if size.width.max(size.height) > THUMBNAIL {
        picture.thumbnail(THUMBNAIL, THUMBNAIL)
    } else {
        picture
    };
    let thumbnail = if is_see_through(&small) {
        png(&DynamicImage::ImageRgba8(small.into_rgba8()))
    } else {
        jpeg(&small, THUMBNAIL_QUALITY)
    };
    Ok(Redrawn {
        media_type,
        ending,
        bytes: bytes.into(),
        picture: NewPicture {
            size,
            thumbnail: Bytes::from(thumbnail.map_err(unreadable)?),
        },
    })
}

fn is_see_through(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel[3] < 255)
}

fn png(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes))?;
    Ok(bytes)
}

/// A JPEG has eight bits and is never see-through.
fn jpeg(picture: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => {
            picture.write_with_encoder(encoder)?;
        }
        other => other.to_rgb8().write_with_encoder(encoder)?,
    }
    Ok(bytes)
}
