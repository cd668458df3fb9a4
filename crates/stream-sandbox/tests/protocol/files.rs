use hims_chat_stream_sandbox::server_token;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::{Answer, KEY, SECRET, Ward, encode, token};

async fn upload(ward: &Ward, token: &str, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
    let part = Part::bytes(bytes)
        .file_name(name.to_owned())
        .mime_str("text/plain")
        .unwrap();
    let url = format!("{}{path}?api_key={KEY}", ward.sandbox.base_url());
    let answer = ward
        .http
        .post(url)
        .header("authorization", token)
        .multipart(Form::new().part("file", part));
    let answer = answer.send().await.unwrap();
    Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        text: answer.text().await.unwrap(),
    }
}

const FILES: &str = "/channels/messaging/ward/file";

#[tokio::test]
async fn a_file_comes_back_as_it_went() {
    let ward = Ward::with_channel().await;
    let bytes = b"ECG \r\n--not a boundary\r\n 12 leads".to_vec();
    let link = upload(&ward, &token("lee"), FILES, "ecg.txt", bytes.clone())
        .await
        .ok()["file"]
        .as_str()
        .unwrap()
        .to_owned();
    let back = ward.http.get(&link).send().await.unwrap();
    assert_eq!(back.headers()["content-type"], "text/plain");
    assert_eq!(back.bytes().await.unwrap(), bytes);
    let forged = link.replace("Expires=", "Expires=9");
    assert_eq!(ward.http.get(forged).send().await.unwrap().status(), 403);
    let delete = format!("{FILES}?url={}", encode(&link));
    ward.client("lee", Method::DELETE, &delete, Value::Null)
        .await
        .ok();
    assert_eq!(ward.http.get(&link).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_image_has_a_thumbnail() {
    let ward = Ward::with_channel().await;
    let path = "/channels/messaging/ward/image";
    let answer = upload(&ward, &server_token(SECRET), path, "x.png", vec![1, 2, 3])
        .await
        .ok();
    assert_eq!(answer["file"], answer["thumb_url"]);
}

#[tokio::test]
async fn what_the_app_does_not_take_is_refused() {
    let ward = Ward::with_channel().await;
    assert_eq!(
        upload(&ward, &token("eve"), FILES, "a.txt", vec![1])
            .await
            .refused(),
        (403, 17)
    );
    let rules =
        json!({ "file_upload_config": { "size_limit": 10, "blocked_file_extensions": [".exe"] } });
    ward.server(Method::PATCH, "/app", rules).await.ok();
    assert_eq!(
        upload(&ward, &token("lee"), FILES, "a.txt", vec![0; 11])
            .await
            .refused(),
        (413, 22)
    );
    assert_eq!(
        upload(&ward, &token("lee"), FILES, "a.EXE", vec![0; 3])
            .await
            .refused(),
        (400, 4)
    );
    upload(&ward, &token("lee"), FILES, "a.txt", vec![0; 10])
        .await
        .ok();
    let off = json!({ "uploads": false });
    ward.server(Method::PUT, "/channeltypes/messaging", off)
        .await
        .ok();
    assert_eq!(
        upload(&ward, &token("lee"), FILES, "a.txt", vec![1])
            .await
            .refused(),
        (400, 19)
    );
}
