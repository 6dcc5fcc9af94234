// The API as Swagger UI shows it.
window.SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", deepLinking: true, tryItOutEnabled: false });
