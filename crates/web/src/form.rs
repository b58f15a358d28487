//! A form that is ours: its fields, once its token was seen to belong to the visit.

use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::{Visit, form_token};
use axum::RequestExt;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

/// The fields of a form that came from one of our pages.
#[derive(Clone, Debug)]
pub struct Form<T>(pub T);

#[derive(serde::Deserialize)]
struct Tagged {
    #[serde(default)]
    _token: String,
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<Shop> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, shop: &Shop) -> Result<Form<T>, Problem> {
        let visit = request.extensions().get::<Visit>().cloned();
        let body: String = request
            .extract()
            .await
            .map_err(|_| Problem::unreadable_form())?;
        let token = serde_urlencoded::from_str::<Tagged>(&body)
            .map_err(|_| Problem::unreadable_form())?
            ._token;
        let expected = visit.map(|visit| form_token(shop, &visit.0));
        if expected.as_deref() != Some(token.as_str()) {
            return Err(Problem::foreign_form());
        }
        let fields = serde_urlencoded::from_str(&body).map_err(|_| Problem::unreadable_form())?;
        Ok(Form(fields))
    }
}

/// A form that says nothing but that its button was pressed.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Pressed {}
