using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class GrantsByAge : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_authorizations_type_creation_date",
                schema: "identity",
                table: "authorizations",
                columns: new[] { "type", "creation_date" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_authorizations_type_creation_date",
                schema: "identity",
                table: "authorizations");
        }
    }
}
