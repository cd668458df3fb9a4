//! Sign-on by the hospital's own authorities.
//!
//! Each authority (an OpenID Connect provider, a proxy, a directory) says who somebody is: an [`Assertion`].
//! [`admit`] finds the member of staff it means, by the link that the first sign-in made or by the
//! identifier of the staff register, never by a name or an address.
//!
//! Nothing here logs or repeats a token, a secret or what a claim says of a person.

mod admission;
mod assertion;
mod claims;
mod client;
mod keys;
mod ldap;
mod openid;
mod proxy;
mod roles;
mod token;

pub use admission::{Refused, admit};
pub use assertion::Assertion;
pub use claims::{ClaimName, Claims, InvalidClaimName};
pub use client::NoTls;
pub use ldap::{
    AttributeName, BindName, Directory, InvalidAttributeName, InvalidBindName, InvalidLdapAddress,
    LdapAddress, LdapSettings, LdapTransport, NoDirectory,
};
pub use openid::{Failed, InvalidOpenId, OpenId, OpenIdSettings, Pending, SignedOn};
pub use proxy::{Proxy, ProxySettings, TokenSettings};
pub use roles::{InvalidRoleMap, RoleMap};
pub use token::NotBelieved;
